{{/* The series that are the same on every silo; {prometheus.path}/cluster has these alone. */}}
{{- define "orleans-sie.clusterSeries" -}}
{{- list
  "interruption_events_total"
  "interruption_events_created"
  "sie_interruptions_total"
  "sie_interruptions_created"
  "sie_node_lifetime_seconds_bucket"
  "sie_node_lifetime_seconds_created"
  "sie_node_lifetime_seconds_count"
  "sie_node_lifetime_seconds_sum"
  "sie_last_interruption_timestamp_seconds"
  "sie_nodes"
  "sie_node_seconds_total"
  "sie_node_seconds_created"
  "sie_lost_nodes_ratio"
  "sie_cluster_lost_nodes_ratio"
  "sie_storm"
  "sie_cluster_storm"
  "sie_storm_start_timestamp_seconds"
  "sie_cluster_storm_start_timestamp_seconds"
  "sie_label_sets_without_place"
  "sie_unattributed_waiting"
  "sie_unattributed_oldest_arrival_timestamp_seconds"
  "sie_unattributed_missing"
  "sie_unattributed_given_up_total"
  "sie_unattributed_counted_later_total"
  | join "|" -}}
{{- end -}}

{{- define "orleans-sie.monitorLabels" -}}
{{ include "orleans-sie.labels" (dict "root" . "component" "monitoring") }}
{{- with .Values.monitoring.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Google's PodMonitoring and Rules are of their own namespace alone. */}}
{{- define "orleans-sie.monitorNamespace" -}}
{{- if and .Values.monitoring.namespace (ne .Values.monitoring.scrape "gmp") -}}
namespace: {{ .Values.monitoring.namespace }}
{{- end -}}
{{- end -}}

{{/* What is said of all silos, by a PodMonitor or a ServiceMonitor. */}}
{{- define "orleans-sie.monitorScope" -}}
{{- with .Values.monitoring.namespace }}
namespaceSelector:
  matchNames: [{{ $.Release.Namespace }}]
{{- end }}
{{- with .Values.monitoring.sampleLimit }}
sampleLimit: {{ int . }}
{{- end }}
{{- end -}}

{{/* How every silo by itself is scraped, by a PodMonitor or a ServiceMonitor. */}}
{{- define "orleans-sie.endpoint" -}}
port: metrics
path: {{ .Values.config.prometheus.path }}
interval: {{ .Values.monitoring.interval }}
scrapeTimeout: {{ .Values.monitoring.scrapeTimeout }}
relabelings:
  - action: replace
    targetLabel: job
    replacement: {{ include "orleans-sie.fullname" . }}
{{- with .Values.monitoring.relabelings }}
{{ toYaml . | indent 2 }}
{{- end }}
{{- if or .Values.monitoring.singleTarget .Values.monitoring.metricRelabelings }}
metricRelabelings:
{{- if .Values.monitoring.singleTarget }}
  - action: drop
    sourceLabels: [__name__]
    regex: {{ include "orleans-sie.clusterSeries" . }}
{{- end }}
{{- with .Values.monitoring.metricRelabelings }}
{{ toYaml . | indent 2 }}
{{- end }}
{{- end }}
{{- end -}}
