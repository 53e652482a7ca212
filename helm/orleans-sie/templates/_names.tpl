{{/* Short enough that every name made from it, and the hash that a StatefulSet appends in a label, has room. */}}
{{- define "orleans-sie.fullname" -}}
{{- $chart := default .Chart.Name .Values.nameOverride -}}
{{- $name := ternary .Release.Name (printf "%s-%s" .Release.Name $chart) (contains $chart .Release.Name) -}}
{{- .Values.fullnameOverride | default $name | trunc 40 | trimAll "-" -}}
{{- end -}}

{{- define "orleans-sie.storeName" -}}
{{ include "orleans-sie.fullname" . }}-store
{{- end -}}

{{- define "orleans-sie.storeSecret" -}}
{{ .Values.storage.bundled.existingSecret | default (include "orleans-sie.storeName" .) }}
{{- end -}}

{{/* A table belongs to one service and cluster id: others need another one. */}}
{{- define "orleans-sie.membershipName" -}}
{{- $ids := printf "%s/%s" (.Values.config.clustering.service_id | default "") (.Values.config.clustering.cluster_id | default "") -}}
{{ include "orleans-sie.fullname" . }}-membership{{ if ne $ids "/" }}-{{ sha256sum $ids | trunc 8 }}{{ end }}
{{- end -}}

{{/* A duration such as 30s, 1m30s or 2d in seconds. */}}
{{- define "orleans-sie.seconds" -}}
{{- $units := dict "ms" 0.001 "s" 1.0 "m" 60.0 "h" 3600.0 "d" 86400.0 -}}
{{- $seconds := 0.0 -}}
{{- range regexFindAll "[0-9]+(ms|s|m|h|d)" . -1 -}}
{{- $seconds = addf $seconds (mulf (regexFind "[0-9]+" . | float64) (get $units (regexFind "[a-z]+" .))) -}}
{{- end -}}
{{- $seconds -}}
{{- end -}}

{{- define "orleans-sie.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "orleans-sie.fullname" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end -}}
{{- end -}}

{{/* What selects pods: (dict "root" $ "component" "silo"). These never change in the life of a release. */}}
{{- define "orleans-sie.selector" -}}
app.kubernetes.io/name: {{ .root.Values.nameOverride | default .root.Chart.Name | trunc 63 | trimSuffix "-" | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "orleans-sie.labels" -}}
{{ include "orleans-sie.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* (dict "image" .Values.image "tag" .Chart.AppVersion) */}}
{{- define "orleans-sie.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ .image.tag | default .tag }}
{{- end -}}
{{- end -}}
