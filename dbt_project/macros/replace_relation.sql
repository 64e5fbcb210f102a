{#-
    How every model is built: old out, new in, comments on, in one transaction and one message to DuckDB. Readers see
    the old table or the new one, and a killed run leaves the old one.

    dbt-duckdb's own materializations build beside, rename twice, look up the columns and drop: a dozen messages a
    model, which cost a small shop more than its rows do. These know no hooks, grants or indexes; this project has none.
-#}
{% materialization table, adapter='duckdb' %}
    {{ return(replace_relation(this.incorporate(type='table'))) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {{ return(replace_relation(this.incorporate(type='view'))) }}
{% endmaterialization %}

{% macro replace_relation(target) %}
    {%- set old = load_cached_relation(target) -%}
    {% set statements %}
        begin;
        {% if old is not none %}
            drop {{ old.type }} if exists {{ old }};
        {% endif %}
        {% if target.is_view %}
            {{ create_view_as(target, sql) }}
        {% else %}
            {{ create_table_as(False, target, sql) }}
        {% endif %}
        {{ comments(target) }}
        commit;
    {% endset %}
    {#- Not by `statement`: it would write another file with the SQL, beside the one that dbt has just compiled. -#}
    {% set response, _ = adapter.execute(statements) %}
    {{ store_result('main', response) }}
    {{ return({'relations': [target]}) }}
{% endmacro %}

{#- The descriptions of a model and its columns, for whoever looks at the table in a BI tool. -#}
{% macro comments(target) %}
    {% if model.description %}
        comment on {{ target.type }} {{ target }} is {{ duckdb_escape_comment(model.description) }};
    {% endif %}
    {% for column in model.columns.values() if column.description %}
        comment on column {{ target }}.{{ column.name }} is {{ duckdb_escape_comment(column.description) }};
    {% endfor %}
{% endmacro %}
