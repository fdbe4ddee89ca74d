rule features:
    input:
        audio=made_audio,
        tokens="<language>/tokens/tokens.parquet",
        utterances="<language>/corpus/utterances.parquet",
    output:
        "<language>/features/shard-{shard}.parquet",
    log:
        "<logs>/{language}/features-{shard}.log",
    benchmark:
        "<benchmarks>/{language}/features-{shard}.tsv"
    conda:
        "../../envs/awe.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        options=options("features"),
        data_root=audio_folder,
        shard=lambda wildcards: int(wildcards.shard),
        code=lambda wildcards: code(
            "commands.features",
            f"features.{EXPERIMENT.languages[wildcards.language].features.kind}",
        ),
    shell:
        "awe features --options {params.options:q} --tokens {input.tokens:q} --utterances {input.utterances:q}"
        " --data-root {params.data_root:q} --shard {params.shard} --output {output:q} 2>&1 | tee {log:q}"
