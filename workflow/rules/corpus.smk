rule synthesise:
    output:
        directory("<language>/synthesis"),
    log:
        "<logs>/{language}/synthesise.log",
    benchmark:
        "<benchmarks>/{language}/synthesise.tsv"
    wildcard_constraints:
        language=one_of(languages_where(lambda one: one.corpus.reader == "synthetic")),
    conda:
        "../../envs/awe.yaml"
    threads: 2
    resources:
        mem_mb=growing(4000),
        runtime=growing(240),
    params:
        synthesis=lambda wildcards: to_json(
            EXPERIMENT.languages[wildcards.language].corpus.synthesis
        ),
        text=options("text"),
        seed=EXPERIMENT.seed,
        code=code("commands.synthesise"),
    shell:
        "awe synthesise --options {params.synthesis:q} --text {params.text:q} --seed {params.seed}"
        " --threads {threads} --output {output:q} 2>&1 | tee {log:q}"


rule corpus:
    input:
        audio=made_audio,
    output:
        utterances="<language>/corpus/utterances.parquet",
        reference="<language>/corpus/reference.parquet",
        rejects="<language>/corpus/rejects.parquet",
        speakers="<language>/corpus/speakers.csv",
    log:
        "<logs>/{language}/corpus.log",
    benchmark:
        "<benchmarks>/{language}/corpus.tsv"
    conda:
        "../../envs/awe.yaml"
    threads: 2
    resources:
        mem_mb=growing(4000),
        runtime=growing(240),
    params:
        reader=lambda wildcards: EXPERIMENT.languages[wildcards.language].corpus.reader,
        options=lambda wildcards: to_json(
            EXPERIMENT.languages[wildcards.language].corpus.options
        ),
        limits=lambda wildcards: to_json(
            EXPERIMENT.languages[wildcards.language].corpus.limits
        ),
        text=options("text"),
        data_root=audio_folder,
        code=lambda wildcards: code(
            "commands.corpus",
            f"corpora.{EXPERIMENT.languages[wildcards.language].corpus.reader}",
        ),
    shell:
        "awe corpus --reader {params.reader} --options {params.options:q} --limits {params.limits:q}"
        " --text {params.text:q} --data-root {params.data_root:q} --processes {threads}"
        " --utterances {output.utterances:q} --reference {output.reference:q} --rejects {output.rejects:q}"
        " --speakers {output.speakers:q}"
        " 2>&1 | tee {log:q}"
