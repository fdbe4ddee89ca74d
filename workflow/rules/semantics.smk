rule vectors:
    input:
        lexicon="<language>/lexicon/lexicon.parquet",
        files=files_named_for("vectors"),
    output:
        vectors="<language>/semantics/vectors.parquet",
        rejects="<language>/semantics/rejects.parquet",
    log:
        "<logs>/{language}/vectors.log",
    benchmark:
        "<benchmarks>/{language}/vectors.tsv"
    conda:
        "../../envs/awe.yaml"
    resources:
        mem_mb=growing(8000),
        runtime=growing(120),
    params:
        options=options("semantics"),
        text=options("text"),
        seed=EXPERIMENT.seed,
        data_root=fixed(EXPERIMENT.data_root),
        code=lambda wildcards: code(
            "commands.vectors",
            f"semantics.{EXPERIMENT.languages[wildcards.language].semantics.source}",
        ),
    shell:
        "awe vectors --options {params.options:q} --text {params.text:q} --seed {params.seed}"
        " --lexicon {input.lexicon:q} --data-root {params.data_root:q} --output {output.vectors:q}"
        " --rejects {output.rejects:q} 2>&1 | tee {log:q}"
