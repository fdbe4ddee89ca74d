TRAINING = LANGUAGE + "/training/{setting}"
EVALUATION = LANGUAGE + "/evaluation/{setting}"


def jobs(kind):
    """An input: one file of each job of a setting, all candidates and seeds."""

    def paths(wildcards):
        return [
            f"{RESULTS}/{wildcards.language}/training/{wildcards.setting}/{candidate}/seed-{seed}/{kind}"
            for candidate in CANDIDATES[wildcards.setting]
            for seed in EXPERIMENT.seeds
        ]

    return paths


rule select:
    input:
        jobs("history.parquet"),
    output:
        EVALUATION + "/selection.json",
    params:
        folder=TRAINING,
        candidates=lambda wildcards: list(CANDIDATES[wildcards.setting]),
        seeds=EXPERIMENT.seeds,
        code=code("commands.select"),
    log:
        LOGS + "/select-{setting}.log",
    benchmark:
        BENCHMARKS + "/select-{setting}.tsv"
    conda:
        "../../envs/awe.yaml"
    shell:
        "awe select --setting {wildcards.setting} --training-folder {params.folder:q} --candidates {params.candidates:q}"
        " --seeds {params.seeds} --output {output:q} 2>&1 | tee {log:q}"


rule score:
    input:
        jobs("valid.parquet"),
        jobs("test.parquet"),
        tokens=LANGUAGE + "/tokens/tokens.parquet",
        selection=EVALUATION + "/selection.json",
    output:
        scores=EVALUATION + "/seed-{seed}/scores.parquet",
        queries=EVALUATION + "/seed-{seed}/queries.parquet",
    params:
        options=to_json(EXPERIMENT.evaluation),
        folder=TRAINING,
        code=code("commands.score"),
    log:
        LOGS + "/score-{setting}-{seed}.log",
    benchmark:
        BENCHMARKS + "/score-{setting}-{seed}.tsv"
    conda:
        "../../envs/awe.yaml"
    shell:
        "awe score --language {wildcards.language} --setting {wildcards.setting} --seed {wildcards.seed}"
        " --tokens {input.tokens:q} --selection {input.selection:q} --training-folder {params.folder:q}"
        " --options {params.options:q} --output {output.scores:q} --queries-output {output.queries:q}"
        " 2>&1 | tee {log:q}"


rule baselines:
    input:
        tokens=LANGUAGE + "/tokens/tokens.parquet",
        features=shards,
    output:
        LANGUAGE + "/evaluation/baselines.parquet",
    params:
        options=to_json(EXPERIMENT.baselines),
        code=code("commands.baselines"),
    log:
        LOGS + "/baselines.log",
    benchmark:
        BENCHMARKS + "/baselines.tsv"
    conda:
        "../../envs/awe.yaml"
    shell:
        "awe baselines --language {wildcards.language} --tokens {input.tokens:q} --features {input.features:q}"
        " --options {params.options:q} --output {output:q} 2>&1 | tee {log:q}"
