"""The warehouse file: accepted rows into schema `raw` (`load`), and dbt over them (`transform`)."""
