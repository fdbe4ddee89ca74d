rule select:
    input:
        jobs("history.parquet"),
    output:
        "<language>/evaluation/{setting}/selection.json",
    log:
        "<logs>/{language}/select-{setting}.log",
    benchmark:
        "<benchmarks>/{language}/select-{setting}.tsv"
    conda:
        "../../envs/awe.yaml"
    params:
        folder=subpath(input[0], ancestor=3),
        candidates=lambda wildcards: list(CANDIDATES[wildcards.setting]),
        seeds=EXPERIMENT.seeds,
        code=code("commands.select"),
    shell:
        "awe select --setting {wildcards.setting} --training-folder {params.folder:q} --candidates {params.candidates:q}"
        " --seeds {params.seeds} --output {output:q} 2>&1 | tee {log:q}"


rule score:
    input:
        jobs("valid.parquet"),
        jobs("test.parquet"),
        tokens="<language>/tokens/tokens.parquet",
        selection="<language>/evaluation/{setting}/selection.json",
    output:
        scores="<language>/evaluation/{setting}/seed-{seed}/scores.parquet",
        queries="<language>/evaluation/{setting}/seed-{seed}/queries.parquet",
        left_out="<language>/evaluation/{setting}/seed-{seed}/left_out.parquet",
    log:
        "<logs>/{language}/score-{setting}-{seed}.log",
    benchmark:
        "<benchmarks>/{language}/score-{setting}-{seed}.tsv"
    conda:
        "../../envs/awe.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        options=fixed(to_json(EXPERIMENT.evaluation)),
        folder=subpath(input[0], ancestor=3),
        code=code("commands.score"),
    shell:
        "awe score --language {wildcards.language} --setting {wildcards.setting} --seed {wildcards.seed}"
        " --tokens {input.tokens:q} --selection {input.selection:q} --training-folder {params.folder:q}"
        " --options {params.options:q} --output {output.scores:q} --queries-output {output.queries:q}"
        " --left-out-output {output.left_out:q} 2>&1 | tee {log:q}"


rule analyse:
    input:
        jobs("test.parquet"),
        jobs("model.safetensors"),
        jobs("trained_words.parquet"),
        tokens="<language>/tokens/tokens.parquet",
        vectors="<language>/semantics/vectors.parquet",
        lemmas="<language>/lemmas/lemmas.parquet",
        selection="<language>/evaluation/{setting}/selection.json",
        queries="<language>/evaluation/{setting}/seed-{seed}/queries.parquet",
    output:
        "<language>/evaluation/{setting}/seed-{seed}/findings.parquet",
    log:
        "<logs>/{language}/analyse-{setting}-{seed}.log",
    benchmark:
        "<benchmarks>/{language}/analyse-{setting}-{seed}.tsv"
    conda:
        "../../envs/awe.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        options=fixed(to_json(EXPERIMENT.analysis)),
        folder=subpath(input[0], ancestor=3),
        code=code("commands.analyse", *ANALYSES),
    shell:
        "awe analyse --language {wildcards.language} --setting {wildcards.setting} --seed {wildcards.seed}"
        " --tokens {input.tokens:q} --vectors {input.vectors:q} --lemmas {input.lemmas:q}"
        " --selection {input.selection:q} --training-folder {params.folder:q} --queries {input.queries:q} --options {params.options:q}"
        " --output {output:q} 2>&1 | tee {log:q}"


rule baselines:
    input:
        tokens="<language>/tokens/tokens.parquet",
        features=shards,
    output:
        "<language>/evaluation/baselines.parquet",
    log:
        "<logs>/{language}/baselines.log",
    benchmark:
        "<benchmarks>/{language}/baselines.tsv"
    conda:
        "../../envs/awe.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        options=fixed(
            to_json(
                {
                    **EXPERIMENT.evaluation.model_dump(),
                    **EXPERIMENT.baselines.model_dump(),
                }
            )
        ),
        code=code("commands.baselines"),
    shell:
        "awe baselines --language {wildcards.language} --tokens {input.tokens:q} --features {input.features:q}"
        " --options {params.options:q} --output {output:q} 2>&1 | tee {log:q}"
