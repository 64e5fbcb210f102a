"""Plots of how good the predictions are: calibration by decile, and tracking week by week.

`make figures` draws those in docs/method.md, from CDNOW. The nightly job shows those of its own shop in the metadata of
the assets.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pipelines import database
from pipelines.prediction import predict
from pipelines.prediction.tables import day_number
from pipelines.settings import PROJECT_ROOT, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from pipelines.settings import Settings

FOLDER = PROJECT_ROOT / "docs" / "figures"


def calibration(settings: Settings) -> bytes | None:
    """Predicted and actual value by decile, for the published method at its newest origin, as PNG; None without one."""
    with database.connect(settings) as db:
        rows = db.execute(
            """
            select decile, predicted_amount, actual_amount, origin_date, horizon_months, model
            from predictions.backtest_deciles
            where is_champion
            qualify rank() over (order by origin_date desc, horizon_months desc) = 1
            order by decile
            """
        ).fetchall()
    if not rows:
        return None

    def draw(axes: Axes) -> None:
        deciles = [row[0] for row in rows]
        axes.bar([d - 0.2 for d in deciles], [float(row[1]) for row in rows], 0.4, label="predicted", color="#9ecae1")
        axes.bar([d + 0.2 for d in deciles], [float(row[2]) for row in rows], 0.4, label="actual", color="#08519c")
        axes.set_xticks(deciles)
        axes.set_xlabel("decile of predicted value (10: highest)")
        axes.set_ylabel(f"net revenue ({settings.shop.currency})")
        axes.set_title(f"{rows[0][5]}: {rows[0][4]} months from {rows[0][3]}")
        axes.legend(frameon=False)

    return _png(draw)


def tracking(settings: Settings) -> bytes | None:
    """Repeat purchases week by week against a BG/NBD fitted on half of the history, as PNG; None if that is too short.

    On CDNOW the half is the 39 weeks of the paper.
    """
    from pipelines.clv.histories import merge_days
    from pipelines.clv.judging.tracking import track

    with database.connect(settings) as db:
        ids, customer, day, value = predict.purchase_days(db)
    as_of_day = day_number(settings.as_of_date)
    if not ids or as_of_day - day.min() < MIN_TRACKED_DAYS:
        return None
    purchases = merge_days(customer, day, value, len(ids), as_of_day, settings.definitions.count_zero_value_orders)
    found = track(purchases, int(day.min() + (as_of_day - day.min()) // 2), as_of_day)

    def draw(axes: Axes) -> None:
        axes.plot(found.week, found.actual, label="actual", color="#08519c")
        axes.plot(found.week, found.predicted, label="BG/NBD, fitted before the line", color="#e6550d", linestyle="--")
        axes.axvline(found.origin_week, color="#636363", linewidth=0.8)
        axes.set_xlabel("week")
        axes.set_ylabel("repeat purchases per week")
        axes.set_ylim(bottom=0)
        axes.set_title(f"Customers of the first {found.origin_week:.0f} weeks")
        axes.legend(frameon=False)

    return _png(draw)


# A quarter to fit on and a quarter to follow; anything shorter is noise.
MIN_TRACKED_DAYS = 182


def _png(draw: Callable[[Axes], None]) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    draw(axes)
    content = io.BytesIO()
    # Without this entry the same plot gives the same bytes.
    figure.savefig(content, format="png", dpi=110, metadata={"Software": None})
    return content.getvalue()


if __name__ == "__main__":
    shop = load_settings()
    FOLDER.mkdir(exist_ok=True)
    for name, content in {"calibration": calibration(shop), "tracking": tracking(shop)}.items():
        if content is not None:
            path = FOLDER / f"{shop.shop.id}_{name}.png"
            path.write_bytes(content)
            print(f"{path.relative_to(PROJECT_ROOT)} written")
