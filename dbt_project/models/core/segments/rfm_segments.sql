-- The usual eleven names on a grid of recency against frequency and money together (fm: the mean of the two scores,
-- halves rounded up), each rectangle once. A test counts the 25 fields.
with rectangles (rfm_segment, first_recency, last_recency, first_fm, last_fm) as (

    values
    ('champions', 5, 5, 4, 5),
    ('loyal', 3, 4, 4, 5),
    ('potential_loyalist', 4, 5, 2, 3),
    ('new', 5, 5, 1, 1),
    ('promising', 4, 4, 1, 1),
    ('need_attention', 3, 3, 3, 3),
    ('about_to_sleep', 3, 3, 1, 2),
    ('cannot_lose_them', 1, 2, 5, 5),
    ('at_risk', 1, 2, 3, 4),
    ('hibernating', 2, 2, 1, 2),
    ('lost', 1, 1, 1, 2)

),

recency_scores as (

    select unnest(range(1, 6)) as recency_score

),

fm_scores as (

    select unnest(range(1, 6)) as fm_score

)

select
    recency_scores.recency_score,
    fm_scores.fm_score,
    rectangles.rfm_segment
from recency_scores
cross join fm_scores
left join rectangles
    on
        recency_scores.recency_score between rectangles.first_recency and rectangles.last_recency
        and fm_scores.fm_score between rectangles.first_fm and rectangles.last_fm
