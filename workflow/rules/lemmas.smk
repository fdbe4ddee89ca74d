rule lemmas:
    input:
        tokens="<language>/tokens/tokens.parquet",
        files=files_named_for("lemmas"),
    output:
        "<language>/lemmas/lemmas.parquet",
    log:
        "<logs>/{language}/lemmas.log",
    benchmark:
        "<benchmarks>/{language}/lemmas.tsv"
    conda:
        "../../envs/awe.yaml"
    params:
        options=options("lemmas"),
        text=options("text"),
        data_root=fixed(EXPERIMENT.data_root),
        code=lambda wildcards: code(
            "commands.lemmas",
            f"lemmas.{EXPERIMENT.languages[wildcards.language].lemmas.source}",
        ),
    shell:
        "awe lemmas --options {params.options:q} --text {params.text:q} --tokens {input.tokens:q} --data-root {params.data_root:q}"
        " --output {output:q} 2>&1 | tee {log:q}"
