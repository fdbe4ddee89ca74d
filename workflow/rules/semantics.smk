rule vectors:
    input:
        lexicon=LANGUAGE + "/lexicon/lexicon.parquet",
    output:
        vectors=LANGUAGE + "/semantics/vectors.parquet",
        rejects=LANGUAGE + "/semantics/rejects.parquet",
    params:
        options=options("semantics"),
        text=options("text"),
        seed=EXPERIMENT.seed,
        data_root=EXPERIMENT.data_root,
        code=lambda wildcards: code(
            "commands.vectors",
            f"semantics.{EXPERIMENT.languages[wildcards.language].semantics.source}",
        ),
    log:
        LOGS + "/vectors.log",
    benchmark:
        BENCHMARKS + "/vectors.tsv"
    conda:
        "../../envs/awe.yaml"
    shell:
        "awe vectors --options {params.options:q} --text {params.text:q} --seed {params.seed}"
        " --lexicon {input.lexicon:q} --data-root {params.data_root:q} --output {output.vectors:q}"
        " --rejects {output.rejects:q} 2>&1 | tee {log:q}"
