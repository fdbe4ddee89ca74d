rule lexicon:
    input:
        utterances=LANGUAGE + "/corpus/utterances.parquet",
    output:
        lexicon=LANGUAGE + "/lexicon/lexicon.parquet",
        rejects=LANGUAGE + "/lexicon/rejects.parquet",
        inventory=LANGUAGE + "/lexicon/inventory.csv",
        versions=LANGUAGE + "/lexicon/versions.json",
    params:
        options=options("lexicon"),
        data_root=EXPERIMENT.data_root,
        code=code("commands.lexicon"),
    log:
        LOGS + "/lexicon.log",
    benchmark:
        BENCHMARKS + "/lexicon.tsv"
    conda:
        "../../envs/awe.yaml"
    shell:
        "awe lexicon --options {params.options:q} --utterances {input.utterances:q} --data-root {params.data_root:q}"
        " --output {output.lexicon:q} --rejects {output.rejects:q} --inventory {output.inventory:q}"
        " --versions {output.versions:q} 2>&1 | tee {log:q}"
