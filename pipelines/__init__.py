"""klantwaarde: from a shop's orders to what its customers are worth.

    shop ─extract─> landing ─validate─> accepted ─load─> raw ─transform─> core ─predict─> marts ─publish─> BI

Each folder is a stage, or what stages share; `docs/architecture.md` shows them all and says where a new thing goes.
Plain modules know the domain and never import Dagster. `assets/` and `definitions.py` present the stages to Dagster,
and `run/` holds what a person or a schedule starts.
"""
