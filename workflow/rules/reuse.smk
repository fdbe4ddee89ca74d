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


# Snakemake prefers these rules, which have no wildcards, to those that compute the same tables. They have no inputs:
# what was taken over stays as it is when the other experiment changes or goes away
for LANGUAGE, TAKEN in REUSED.items():
    if TAKEN:

        rule:
            name:
                f"reuse_{LANGUAGE}"
            output:
                tables_of(LANGUAGE, TAKEN),
            log:
                f"<logs>/{LANGUAGE}/reuse.log",
            localrule: True
            conda:
                "../../envs/awe.yaml"
            params:
                source=fixed(str(folder_of(LANGUAGE, EXPERIMENT.reuse))),
                target=fixed(str(folder_of(LANGUAGE, EXPERIMENT.experiment))),
                stages=TAKEN,
            shell:
                "awe reuse --source {params.source:q} --target {params.target:q} --stages {params.stages}"
                " 2>&1 | tee {log:q}"
