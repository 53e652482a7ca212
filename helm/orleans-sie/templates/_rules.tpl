{{- define "orleans-sie.ruleSelector" -}}
{{- $job := include "orleans-sie.fullname" . -}}
{{- .Values.monitoring.rules.selector | default (printf `namespace="%s",job=~"%s|%s-cluster"` .Release.Namespace $job $job) -}}
{{- end -}}

{{/*
What a recorded count was when a window began: the most that was known then, an hour back at most; 0 if the exporter was known and this
series was not. increase() would lose the first interruption of a new series, and take a maximum that falls for a restart from 0.
*/}}
{{- define "orleans-sie.known" -}}
max_over_time(${1}[1h] offset ${2}) or ${1} * 0 and on () max_over_time(sie:known:max[1h] offset ${2})
{{- end -}}

{{/*
A text of the rules or the dashboard with the labels as they are stored: the GKE cluster's name is prometheus.cluster_label, and Google's
managed Prometheus puts exported_ before labels that it sets itself.
*/}}
{{- define "orleans-sie.storedLabels" -}}
{{- $text := replace "kubernetes_cluster" (dig "prometheus" "cluster_label" "kubernetes_cluster" .root.Values.config) .text -}}
{{- ternary (regexReplaceAll "\\b(project_id|location)\\b" $text "exported_${1}") $text (eq .root.Values.monitoring.scrape "gmp") -}}
{{- end -}}

{{/* A text of files/rules.yaml as it is in this release. */}}
{{- define "orleans-sie.ruleText" -}}
{{- $root := .root -}}
{{- $short := $root.Values.monitoring.rules.shortLifetime -}}
{{- $interval := include "orleans-sie.seconds" (dig "inventory" "interval" "5m" $root.Values.config) | float64 -}}
{{- $text := regexReplaceAll "KNOWN\\(([a-z_:]+), ([0-9a-z]+)\\)" .text (include "orleans-sie.known" .)
  | replace "SELECTOR" (include "orleans-sie.ruleSelector" $root)
  | replace "REPLICAS" (int $root.Values.replicas | toString)
  | replace "STALE" (max 3600 (mulf 3 $interval | int) | toString)
  | replace "SHORT_SECONDS" (include "orleans-sie.seconds" $short | float64 | int | toString)
  | replace "SHORT" $short -}}
{{- include "orleans-sie.storedLabels" (dict "root" $root "text" $text) -}}
{{- end -}}
