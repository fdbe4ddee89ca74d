rule align:
    input:
        audio=made_audio,
        utterances="<language>/corpus/utterances.parquet",
        reference="<language>/corpus/reference.parquet",
        lexicon="<language>/lexicon/lexicon.parquet",
        models=named_models,
    output:
        alignment="<language>/alignment/alignment.parquet",
        rejects="<language>/alignment/rejects.parquet",
        versions="<language>/alignment/versions.json",
    log:
        "<logs>/{language}/align.log",
    benchmark:
        "<benchmarks>/{language}/align.tsv"
    conda:
        lambda wildcards: f"../../envs/{'mfa' if uses_mfa(wildcards) else 'awe'}.yaml"
    threads: lambda wildcards: 8 if uses_mfa(wildcards) else 1
    resources:
        mem_mb=growing(4000, with_mfa=16000),
        runtime=growing(120, with_mfa=720),
    params:
        aligner=lambda wildcards: EXPERIMENT.languages[
            wildcards.language
        ].alignment.aligner,
        options=lambda wildcards: to_json(
            EXPERIMENT.languages[wildcards.language].alignment.options
        ),
        audio=audio_folder,
        data_root=fixed(EXPERIMENT.data_root),
        seed=EXPERIMENT.seed,
        code=lambda wildcards: code(
            "commands.align",
            f"alignment.{EXPERIMENT.languages[wildcards.language].alignment.aligner}",
        ),
    shell:
        "awe align --aligner {params.aligner} --options {params.options:q} --utterances {input.utterances:q}"
        " --lexicon {input.lexicon:q} --reference {input.reference:q} --audio {params.audio:q}"
        " --data-root {params.data_root:q} --seed {params.seed} --threads {threads}"
        " --output {output.alignment:q} --rejects {output.rejects:q} --versions {output.versions:q} 2>&1 | tee {log:q}"


rule boundaries:
    input:
        alignment="<language>/alignment/alignment.parquet",
        reference="<language>/corpus/reference.parquet",
        utterances="<language>/corpus/utterances.parquet",
    output:
        "<language>/alignment/boundary_errors.csv",
    log:
        "<logs>/{language}/boundaries.log",
    benchmark:
        "<benchmarks>/{language}/boundaries.tsv"
    conda:
        "../../envs/awe.yaml"
    params:
        code=code("commands.boundaries"),
    shell:
        "awe boundaries --alignment {input.alignment:q} --reference {input.reference:q}"
        " --utterances {input.utterances:q} --output {output:q} 2>&1 | tee {log:q}"
