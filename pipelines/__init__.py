"""klantwaarde: from a shop's orders to what its customers are worth.

    shop ─extract─> landing ─validate─> accepted ─load─> raw ─transform─> core ─predict─> marts ─publish─> BI

Each folder is a stage or what stages share; `docs/architecture.md` draws them and says where a new thing goes. Plain
modules know the domain and never import Dagster; `assets/` and `definitions.py` show the stages to it, and `run/`
holds what a person or a schedule starts.
"""
