-- Every number of tables 4.2-4.5, 4.7 and 4.8 of the annual report, written by hand for DuckDB: what a person would write
-- who knows the engine, and what sagsbarometer is measured against (./run bench appeals).
--
-- In: the variables deliveries (paths of Parquet files) and as_of (a date).
-- Out: measure, row, year, numerator, denominator, unknown.
--
-- Of the forms tried for »the last registration of each case«, this is the fastest (decision 0009): the largest of moment
-- and place put into one whole number per case, then the rows with those places. A place is a delivery and a line.
with
registrations as not materialized (
    from read_parquet(getvariable('deliveries'))
    where registered_at < (getvariable('as_of') + 1)::timestamp at time zone 'Europe/Copenhagen'
),

last as (
    select (max((epoch_us(registered_at)::hugeint << 64) + (delivery::bigint << 32) + line) & 18446744073709551615)::bigint
        as place
    from registrations
    group by case_id
),

cases as materialized (
    select
        law_area, case_subject, outcome, court_result,
        year(decided_on) as decided_in, year(court_judged_on) as judged_in, count(*) as cases
    from registrations
    where (delivery::bigint << 32) + line in (select place from last) and not withdrawn
    group by all
),

outcomes as (
    select
        decided_in as year,
        coalesce('law_area=' || law_area, 'case_subject=' || case_subject, '') as row,
        row like 'case_subject=%' as is_subject,
        sum(cases) as decided,
        coalesce(sum(cases) filter (outcome is null), 0) as unknown,
        coalesce(sum(cases) filter (outcome = 'upheld'), 0) as upheld,
        coalesce(sum(cases) filter (outcome in ('amended', 'annulled', 'amended_or_annulled')), 0) as amended,
        coalesce(sum(cases) filter (outcome = 'remitted'), 0) as remitted,
        coalesce(sum(cases) filter (outcome in ('lapsed', 'dismissed')), 0) as lapsed
    from cases
    where decided_in between 2022 and 2024
    group by grouping sets ((decided_in), (decided_in, law_area), (decided_in, case_subject))
),

of_all as (
    select *, decided - unknown as known, upheld + amended + remitted as merits,
        max(decided) filter (row = '') over (partition by year) as decided_in_all
    from outcomes
    where (not is_subject or year = 2024) and not (row = 'law_area=barnets_lov' and year < 2024)
),

courts as (
    select judged_in as year, sum(cases) as judged,
        coalesce(sum(cases) filter (court_result = 'won'), 0) as won,
        coalesce(sum(cases) filter (court_result = 'lost'), 0) as lost,
        coalesce(sum(cases) filter (court_result is null), 0) as unknown
    from cases
    where judged_in between 2022 and 2024
    group by all
)

-- 4.2
select 'decided' as measure, row, year, decided as numerator, decided as denominator, 0 as unknown
from of_all where not is_subject
union all
select 'decided_part', row, year, decided, decided_in_all, 0 from of_all where not is_subject
union all
select told.measure, row, year, told.numerator, known, unknown
from of_all, (values ('lapsed', lapsed), ('lapsed_share', lapsed), ('merits', merits), ('merits_share', merits))
    as told(measure, numerator)
where row = '' and (told.measure <> 'merits' or year < 2024)

-- 4.3, 4.4 and 4.8; the shares are of the cases decided on the merits, and a case without an outcome may be one of them
union all
select told.measure, row, year, told.numerator, known, unknown
from of_all, (values ('upheld', upheld), ('amended_or_annulled', amended), ('remitted', remitted), ('merits', merits))
    as told(measure, numerator)
where year = 2024 or (row = '' and told.measure <> 'merits')
union all
select told.measure, row, year, told.numerator, merits, unknown
from of_all, (values ('upheld_share', upheld), ('amended_or_annulled_share', amended), ('remitted_share', remitted))
    as told(measure, numerator)
where row = '' or (year = 2024 and not (is_subject and told.measure = 'upheld_share'))

-- 4.5, and the last column of 4.3, 4.4 and 4.8
union all
select 'reversal_rate', row, year, amended + remitted, merits, unknown from of_all

-- 4.7
union all
select 'court_cases', '', year, judged, judged, 0 from courts
union all
select told.measure, '', year, told.numerator, won + lost, unknown
from courts, (values ('court_won', won), ('court_lost', lost), ('court_win_rate', won)) as told(measure, numerator)
