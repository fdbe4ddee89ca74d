# gpu_share is a job's part of a GPU in percent: profiles decide how many jobs share one
rule train:
    input:
        tokens="<language>/tokens/tokens.parquet",
        vectors="<language>/semantics/vectors.parquet",
        features=shards,
    output:
        model="<language>/training/{setting}/{candidate}/seed-{seed}/model.safetensors",
        history="<language>/training/{setting}/{candidate}/seed-{seed}/history.parquet",
        words="<language>/training/{setting}/{candidate}/seed-{seed}/trained_words.parquet",
        valid="<language>/training/{setting}/{candidate}/seed-{seed}/valid.parquet",
        test="<language>/training/{setting}/{candidate}/seed-{seed}/test.parquet",
        job="<language>/training/{setting}/{candidate}/seed-{seed}/job.json",
    log:
        "<logs>/{language}/train-{setting}-{candidate}-{seed}.log",
    benchmark:
        "<benchmarks>/{language}/train-{setting}-{candidate}-{seed}.tsv"
    conda:
        "../../envs/awe.yaml"
    threads: EXPERIMENT.training.threads
    resources:
        gpu=0 if EXPERIMENT.training.device == "cpu" else 1,
        gpu_share=0 if EXPERIMENT.training.device == "cpu" else 25,
        mem_mb=growing(8000),
        runtime=growing(240),
    params:
        options=training_options,
        folder=subpath(output.model, parent=True),
        code=lambda wildcards: code(
            "commands.train",
            f"training.objectives.{EXPERIMENT.settings[wildcards.setting].objective}",
        ),
    shell:
        "awe train --options {params.options:q} --tokens {input.tokens:q} --vectors {input.vectors:q}"
        " --features {input.features:q} --output {params.folder:q} 2>&1 | tee {log:q}"
