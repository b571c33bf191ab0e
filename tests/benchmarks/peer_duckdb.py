"""The narrower job in good plain SQL on DuckDB: `python -m tests.benchmarks.peer_duckdb LABS INFUSIONS OUT`."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

from tests.benchmarks import job

SQL = f"""
CREATE MACRO round_sig(x, d) AS round(x, CAST(d - 1 - floor(log10(x)) AS INTEGER));
CREATE TABLE labs AS
WITH raw AS (
    SELECT l.patient_id, m.code AS analyte, coalesce(l.method, '') AS method,
           CAST(l.collected_at AS TIMESTAMP) AS moment, starts_with(l.value, '<') AS below,
           try_cast(ltrim(l.value, '<') AS DOUBLE) * m.factor AS number,
           l.ref_low * m.factor AS ref_low, l.ref_high * m.factor AS ref_high, l.line
    FROM (SELECT *, row_number() OVER () AS line FROM read_csv($labs, types = {{
              'value': 'VARCHAR', 'collected_at': 'VARCHAR', 'ref_low': 'DOUBLE', 'ref_high': 'DOUBLE'}})) l
    JOIN meaning m ON l.analyte = m.name AND l.unit = m.unit
), kept AS (
    SELECT * FROM raw WHERE number IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY patient_id, analyte, method, moment ORDER BY line DESC) = 1
)
SELECT patient_id, analyte, method, moment, CAST(moment AS DATE) AS day, below, round_sig(number, 9) AS value,
       ref_low, ref_high, dense_rank() OVER (ORDER BY patient_id, analyte, method) AS series
FROM kept;

CREATE TABLE courses AS
WITH doses AS (SELECT patient_id, drug, CAST(given_at AS TIMESTAMP) AS moment FROM read_csv($infusions, types = {{
        'given_at': 'VARCHAR'}})),
gaps AS (SELECT *, date_diff('day', CAST(lag(moment) OVER w AS DATE), CAST(moment AS DATE)) AS gap FROM doses
    WINDOW w AS (PARTITION BY patient_id, drug ORDER BY moment)),
numbered AS (SELECT *, sum(CAST(gap IS NULL OR gap > {job.GAP} AS INTEGER)) OVER (
    PARTITION BY patient_id, drug ORDER BY moment) AS number FROM gaps)
SELECT patient_id, drug || '-' || CAST(number AS INTEGER) AS course_id, min(moment) AS start, max(moment) AS last
FROM numbered GROUP BY patient_id, drug, number;

CREATE TABLE baselines AS
WITH wanted AS (
    SELECT c.course_id, c.start, s.series
    FROM courses c JOIN (SELECT DISTINCT patient_id, series FROM labs) s USING (patient_id)
)
SELECT w.course_id, w.start, l.* FROM wanted w ASOF JOIN labs l ON w.series = l.series AND w.start >= l.moment
WHERE l.day >= CAST(w.start AS DATE) - {job.BASELINE_DAYS};

CREATE TABLE points AS
WITH span AS (SELECT greatest((SELECT max(day) FROM labs), (SELECT CAST(max(last) AS DATE) FROM courses)) AS as_of),
daily AS (SELECT * FROM labs QUALIFY row_number() OVER (PARTITION BY series, day ORDER BY moment DESC) = 1),
every AS (
    SELECT series, '' AS course_id, day, value, below FROM daily, span WHERE day >= as_of - {job.YEAR}
    UNION ALL SELECT series, course_id, day, value, below FROM baselines
    UNION ALL SELECT d.series, b.course_id, d.day, d.value, d.below
    FROM daily d JOIN baselines b ON d.series = b.series AND d.day > b.day
)
SELECT e.*, s.analyte, dense_rank() OVER (ORDER BY round_sig(value, 6)) * 2 - CAST(below AS INTEGER) AS rank,
       CASE WHEN s.analyte IN {job.LOGARITHMIC} THEN ln(value) ELSE value END AS y, day - DATE '1970-01-01' AS x
FROM every e JOIN (SELECT DISTINCT series, analyte FROM labs) s USING (series);

CREATE TABLE trends AS
WITH pairs AS (
    SELECT a.series, a.course_id, median((b.y - a.y) / (b.x - a.x) * 30) AS slope_per_30d,
           CAST(sum(sign(b.rank - a.rank)) AS DOUBLE) AS mk_s
    FROM points a JOIN points b ON a.series = b.series AND a.course_id = b.course_id AND b.x > a.x
    GROUP BY a.series, a.course_id
), tied AS (
    SELECT series, course_id, sum(t * (t - 1) * (2 * t + 5)) AS ties
    FROM (SELECT series, course_id, CAST(count(*) AS DOUBLE) AS t FROM points GROUP BY series, course_id, rank)
    GROUP BY series, course_id
), ends AS (
    SELECT series, course_id, any_value(analyte) AS analyte, count(*) AS n, arg_min(value, day) AS first_value,
           arg_max(value, day) AS last_value, arg_min(below, day) AS first_below, arg_max(below, day) AS last_below
    FROM points GROUP BY series, course_id
)
SELECT e.series, e.course_id, n, slope_per_30d, coalesce(mk_s, 0) AS mk_s, ties,
       (NOT last_below AND last_value / first_value - 1 > up)
       OR (NOT first_below AND last_value / first_value - 1 < -down) AS beyond_rcv
FROM ends e LEFT JOIN pairs p ON e.series = p.series AND e.course_id = p.course_id
JOIN tied t ON e.series = t.series AND e.course_id = t.course_id JOIN limits USING (analyte);

CREATE TABLE days AS SELECT DISTINCT patient_id, day FROM labs WHERE analyte IN {job.SCORED};
CREATE TABLE scored AS
SELECT patient_id, day, analyte, below, round_sig(value, 6) AS value, ref_low, ref_high FROM labs
WHERE analyte IN {job.SCORED}
QUALIFY row_number() OVER (PARTITION BY patient_id, analyte, day ORDER BY moment DESC) = 1;
CREATE TABLE items AS
SELECT d.patient_id, d.day, s.analyte,
       CASE s.analyte WHEN 'C3' THEN s.value < coalesce(ref_low, {job.LOW["C3"]})
            WHEN 'C4' THEN s.value < coalesce(ref_low, {job.LOW["C4"]}) WHEN 'PLT' THEN s.value < {job.PLT_LOW}
            WHEN 'UPCR' THEN s.value > {job.UPCR_HIGH} AND NOT below
            ELSE s.value > coalesce(ref_high, {job.DSDNA_HIGH}) AND NOT below END AS yes
FROM (SELECT days.*, code FROM days, (SELECT unnest({list(job.SCORED)}) AS code)) d
ASOF JOIN scored s ON d.patient_id = s.patient_id AND d.code = s.analyte AND d.day >= s.day
WHERE s.day >= d.day - {job.CARRIED};
"""
SCORES = """
SELECT patient_id, strftime(day, '%Y-%m-%d') AS date,
       2 * CAST(bool_or(yes AND analyte IN ('C3', 'C4')) AS INTEGER) + 2 * CAST(bool_or(yes AND analyte = 'DSDNA') AS INTEGER)
       + 4 * CAST(bool_or(yes AND analyte = 'UPCR') AS INTEGER) + CAST(bool_or(yes AND analyte = 'PLT') AS INTEGER) AS lab_sledai
FROM items GROUP BY patient_id, day
"""
NAMED = "SELECT patient_id, analyte, method, {} FROM {} JOIN (SELECT DISTINCT series, patient_id, analyte, method FROM labs) USING (series)"


def main() -> None:
    labs, infusions, out = job.arguments()
    base = duckdb.connect()
    meaning = pd.DataFrame(job.MEANINGS, columns=["name", "unit", "code", "factor"])
    limits = pd.DataFrame(
        [(c, u, d) for c, (u, d) in job.reference_changes().items()], columns=["analyte", "up", "down"]
    )
    base.register("meaning", meaning)
    base.register("limits", limits)
    for statement in SQL.split(";\n"):
        if statement.strip():
            given = {"labs": str(labs), "infusions": str(infusions)}
            base.execute(statement, {name: path for name, path in given.items() if f"${name}" in statement})
    columns = "course_id, n, slope_per_30d, mk_s, ties, beyond_rcv"
    trends = base.execute(NAMED.format(columns, "trends")).df()
    trends["mk_p"] = job.p_values(*(trends[name].to_numpy() for name in ("n", "mk_s", "ties")))
    trends["scope"] = np.where(trends["course_id"] == "", "last_365d", "since_baseline")
    trends.to_parquet(out / "trends.parquet")
    base.execute(
        f"COPY (SELECT patient_id, course_id, analyte, method, value FROM baselines) TO '{out}/baselines.parquet'"
    )
    base.execute(f"COPY ({SCORES}) TO '{out}/scores.parquet'")


if __name__ == "__main__":
    main()
