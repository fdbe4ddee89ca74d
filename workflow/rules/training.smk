from awe.training.options import job_options

JOB = LANGUAGE + "/training/{setting}/{candidate}/seed-{seed}"


def training_options(wildcards):
    """A param: everything that decides what one job computes."""
    setting = EXPERIMENT.settings[wildcards.setting]
    model, training = EXPERIMENT.model.model_dump(), EXPERIMENT.training.model_dump()
    return to_json(
        job_options(
            model, training, setting, wildcards.candidate, int(wildcards.seed)
        )
    )


# each job counts its share of a GPU, so that a profile decides how many share one
rule train:
    input:
        tokens=LANGUAGE + "/tokens/tokens.parquet",
        vectors=LANGUAGE + "/semantics/vectors.parquet",
        features=shards,
    output:
        model=JOB + "/model.safetensors",
        history=JOB + "/history.parquet",
        valid=JOB + "/valid.parquet",
        test=JOB + "/test.parquet",
        job=JOB + "/job.json",
    params:
        options=training_options,
        folder=subpath(output.model, parent=True),
        code=lambda wildcards: code(
            "commands.train",
            f"training.objectives.{EXPERIMENT.settings[wildcards.setting].objective}",
        ),
    log:
        LOGS + "/train-{setting}-{candidate}-{seed}.log",
    benchmark:
        BENCHMARKS + "/train-{setting}-{candidate}-{seed}.tsv"
    threads: EXPERIMENT.training.threads
    resources:
        gpu=1,
    conda:
        "../../envs/awe.yaml"
    shell:
        "awe train --options {params.options:q} --tokens {input.tokens:q} --vectors {input.vectors:q}"
        " --features {input.features:q} --output {params.folder:q} 2>&1 | tee {log:q}"
