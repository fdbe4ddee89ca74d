rule tables:
    input:
        lambda wildcards: tables_of(wildcards.language),
    output:
        "<language>/tables.json",
    log:
        "<logs>/{language}/tables.log",
    benchmark:
        "<benchmarks>/{language}/tables.tsv"
    conda:
        "../../envs/awe.yaml"
    params:
        folder=subpath(output[0], parent=True),
        stages=stages_of,
        code=code("commands.tables"),
    shell:
        "awe tables --folder {params.folder:q} --stages {params.stages:q} --output {output:q} 2>&1 | tee {log:q}"


REUSED = {
    language: taken_over(language) if EXPERIMENT.reuse else []
    for language in EXPERIMENT.languages
}


# Snakemake prefers these rules, which have no wildcards, to those that compute the same tables. The other experiment is no
# input: what was taken over stays as it is when that one changes or goes away. Each stage has its own rule, so that it
# stays also when another stage is taken over no more; the stages come in their order, and so do the times of their files
for LANGUAGE, TAKEN in REUSED.items():
    for STAGE in TAKEN:

        rule:
            name:
                f"reuse_{LANGUAGE}_{STAGE}"
            input:
                [ancient(str(path)) for path in tables_of(LANGUAGE, DEPENDS_ON[STAGE])],
            output:
                tables_of(LANGUAGE, [STAGE]),
            log:
                f"<logs>/{LANGUAGE}/reuse-{STAGE}.log",
            localrule: True
            conda:
                "../../envs/awe.yaml"
            params:
                source=fixed(str(folder_of(LANGUAGE, EXPERIMENT.reuse))),
                target=fixed(str(folder_of(LANGUAGE, EXPERIMENT.experiment))),
                stage=STAGE,
            shell:
                "awe reuse --source {params.source:q} --target {params.target:q} --stages {params.stage}"
                " 2>&1 | tee {log:q}"
