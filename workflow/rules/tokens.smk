rule tokens:
    input:
        alignment="<language>/alignment/alignment.parquet",
        utterances="<language>/corpus/utterances.parquet",
        lexicon="<language>/lexicon/lexicon.parquet",
        vectors="<language>/semantics/vectors.parquet",
        speakers=files_named_for("tokens"),
    output:
        tokens="<language>/tokens/tokens.parquet",
        rejects="<language>/tokens/rejects.parquet",
    log:
        "<logs>/{language}/tokens.log",
    benchmark:
        "<benchmarks>/{language}/tokens.tsv"
    conda:
        "../../envs/awe.yaml"
    params:
        options=options("tokens"),
        seed=EXPERIMENT.seed,
        data_root=fixed(EXPERIMENT.data_root),
        code=code("commands.tokens"),
    shell:
        "awe tokens --options {params.options:q} --seed {params.seed} --alignment {input.alignment:q}"
        " --utterances {input.utterances:q} --lexicon {input.lexicon:q} --vectors {input.vectors:q}"
        " --data-root {params.data_root:q} --output {output.tokens:q} --rejects {output.rejects:q}"
        " 2>&1 | tee {log:q}"
