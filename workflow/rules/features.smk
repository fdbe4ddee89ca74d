def shards(wildcards):
    """All shards of a language's features."""
    count = EXPERIMENT.languages[wildcards.language].features.shards
    return [
        f"{RESULTS}/{wildcards.language}/features/shard-{shard:04d}.parquet"
        for shard in range(count)
    ]


rule features:
    input:
        made_audio,
        tokens=LANGUAGE + "/tokens/tokens.parquet",
        utterances=LANGUAGE + "/corpus/utterances.parquet",
    output:
        LANGUAGE + "/features/shard-{shard}.parquet",
    params:
        options=options("features"),
        data_root=audio_folder,
        shard=lambda wildcards: int(wildcards.shard),
        code=lambda wildcards: code(
            "commands.features",
            f"features.{EXPERIMENT.languages[wildcards.language].features.kind}",
        ),
    log:
        LOGS + "/features-{shard}.log",
    benchmark:
        BENCHMARKS + "/features-{shard}.tsv"
    conda:
        "../../envs/awe.yaml"
    shell:
        "awe features --options {params.options:q} --tokens {input.tokens:q} --utterances {input.utterances:q}"
        " --data-root {params.data_root:q} --shard {params.shard} --output {output:q} 2>&1 | tee {log:q}"
