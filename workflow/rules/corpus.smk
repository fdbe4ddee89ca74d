rule synthesise:
    output:
        directory(LANGUAGE + "/synthesis"),
    params:
        synthesis=lambda wildcards: to_json(
            EXPERIMENT.languages[wildcards.language].corpus.synthesis
        ),
        text=options("text"),
        seed=EXPERIMENT.seed,
        code=code("commands.synthesise"),
    wildcard_constraints:
        language=one_of(
            languages_where(lambda one: one.corpus.reader == "synthetic")
        ),
    log:
        LOGS + "/synthesise.log",
    benchmark:
        BENCHMARKS + "/synthesise.tsv"
    threads: 2
    conda:
        "../../envs/awe.yaml"
    shell:
        "awe synthesise --options {params.synthesis:q} --text {params.text:q} --seed {params.seed}"
        " --threads {threads} --output {output:q} 2>&1 | tee {log:q}"


rule corpus:
    input:
        made_audio,
    output:
        utterances=LANGUAGE + "/corpus/utterances.parquet",
        reference=LANGUAGE + "/corpus/reference.parquet",
        rejects=LANGUAGE + "/corpus/rejects.parquet",
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
    log:
        LOGS + "/corpus.log",
    benchmark:
        BENCHMARKS + "/corpus.tsv"
    threads: 2
    conda:
        "../../envs/awe.yaml"
    shell:
        "awe corpus --reader {params.reader} --options {params.options:q} --limits {params.limits:q}"
        " --text {params.text:q} --data-root {params.data_root:q} --processes {threads}"
        " --utterances {output.utterances:q} --reference {output.reference:q} --rejects {output.rejects:q}"
        " 2>&1 | tee {log:q}"
