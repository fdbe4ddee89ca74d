def uses_mfa(one):
    return one.alignment.aligner == "mfa"


rule align:
    input:
        made_audio,
        utterances=LANGUAGE + "/corpus/utterances.parquet",
        reference=LANGUAGE + "/corpus/reference.parquet",
        lexicon=LANGUAGE + "/lexicon/lexicon.parquet",
    output:
        alignment=LANGUAGE + "/alignment/alignment.parquet",
        rejects=LANGUAGE + "/alignment/rejects.parquet",
        versions=LANGUAGE + "/alignment/versions.json",
    params:
        aligner=lambda wildcards: EXPERIMENT.languages[
            wildcards.language
        ].alignment.aligner,
        options=lambda wildcards: to_json(
            EXPERIMENT.languages[wildcards.language].alignment.options
        ),
        data_root=audio_folder,
        seed=EXPERIMENT.seed,
        code=lambda wildcards: code(
            "commands.align",
            f"alignment.{EXPERIMENT.languages[wildcards.language].alignment.aligner}",
        ),
    wildcard_constraints:
        language=one_of(languages_where(lambda one: not uses_mfa(one))),
    log:
        LOGS + "/align.log",
    benchmark:
        BENCHMARKS + "/align.tsv"
    threads: 1
    conda:
        "../../envs/awe.yaml"
    shell:
        "awe align --aligner {params.aligner} --options {params.options:q} --utterances {input.utterances:q}"
        " --lexicon {input.lexicon:q} --reference {input.reference:q} --data-root {params.data_root:q}"
        " --seed {params.seed} --threads {threads} --output {output.alignment:q} --rejects {output.rejects:q}"
        " --versions {output.versions:q} 2>&1 | tee {log:q}"


use rule align as align_mfa with:
    wildcard_constraints:
        language=one_of(languages_where(uses_mfa)),
    threads: 8
    conda:
        "../../envs/mfa.yaml"


rule boundaries:
    input:
        alignment=LANGUAGE + "/alignment/alignment.parquet",
        reference=LANGUAGE + "/corpus/reference.parquet",
        utterances=LANGUAGE + "/corpus/utterances.parquet",
    output:
        LANGUAGE + "/alignment/boundary_errors.csv",
    params:
        code=code("commands.boundaries"),
    log:
        LOGS + "/boundaries.log",
    benchmark:
        BENCHMARKS + "/boundaries.tsv"
    conda:
        "../../envs/awe.yaml"
    shell:
        "awe boundaries --alignment {input.alignment:q} --reference {input.reference:q}"
        " --utterances {input.utterances:q} --output {output:q} 2>&1 | tee {log:q}"
