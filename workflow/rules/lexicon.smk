rule lexicon:
    input:
        utterances="<language>/corpus/utterances.parquet",
        dictionary=files_named_for("lexicon"),
    output:
        lexicon="<language>/lexicon/lexicon.parquet",
        rejects="<language>/lexicon/rejects.parquet",
        inventory="<language>/lexicon/inventory.csv",
        remarks="<language>/lexicon/remarks.csv",
        versions="<language>/lexicon/versions.json",
    log:
        "<logs>/{language}/lexicon.log",
    benchmark:
        "<benchmarks>/{language}/lexicon.tsv"
    conda:
        "../../envs/awe.yaml"
    params:
        options=options("lexicon"),
        text=options("text"),
        data_root=fixed(EXPERIMENT.data_root),
        code=code("commands.lexicon"),
    shell:
        "awe lexicon --options {params.options:q} --text {params.text:q} --utterances {input.utterances:q} --data-root {params.data_root:q}"
        " --output {output.lexicon:q} --rejects {output.rejects:q} --inventory {output.inventory:q}"
        " --remarks {output.remarks:q} --versions {output.versions:q} 2>&1 | tee {log:q}"
