rule tokens:
    input:
        alignment=LANGUAGE + "/alignment/alignment.parquet",
        utterances=LANGUAGE + "/corpus/utterances.parquet",
        lexicon=LANGUAGE + "/lexicon/lexicon.parquet",
        vectors=LANGUAGE + "/semantics/vectors.parquet",
    output:
        tokens=LANGUAGE + "/tokens/tokens.parquet",
        rejects=LANGUAGE + "/tokens/rejects.parquet",
    params:
        options=options("tokens"),
        seed=EXPERIMENT.seed,
        data_root=EXPERIMENT.data_root,
        code=code("commands.tokens"),
    log:
        LOGS + "/tokens.log",
    benchmark:
        BENCHMARKS + "/tokens.tsv"
    conda:
        "../../envs/awe.yaml"
    shell:
        "awe tokens --options {params.options:q} --seed {params.seed} --alignment {input.alignment:q}"
        " --utterances {input.utterances:q} --lexicon {input.lexicon:q} --vectors {input.vectors:q}"
        " --data-root {params.data_root:q} --output {output.tokens:q} --rejects {output.rejects:q}"
        " 2>&1 | tee {log:q}"
