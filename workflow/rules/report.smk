def report_files():
    """Everything that `rule all` makes; grows with the report stage."""
    return expand(
        RESULTS + "/{language}/evaluation/{setting}/seed-{seed}/scores.parquet",
        language=EXPERIMENT.languages,
        setting=EXPERIMENT.settings,
        seed=EXPERIMENT.seeds,
    ) + expand(
        [RESULTS + "/{language}/evaluation/baselines.parquet", RESULTS + "/{language}/alignment/boundary_errors.csv"],
        language=EXPERIMENT.languages,
    )
