{{/* Short enough that every name made from it, and the hash that a StatefulSet appends in a label, has room. */}}
{{- define "orleans-sie.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "orleans-sie.storeName" -}}
{{ include "orleans-sie.fullname" . }}-store
{{- end -}}

{{- define "orleans-sie.storeSecret" -}}
{{ .Values.storage.bundled.existingSecret | default (include "orleans-sie.storeName" .) }}
{{- end -}}

{{- define "orleans-sie.membershipName" -}}
{{ include "orleans-sie.fullname" . }}-membership
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
app.kubernetes.io/name: {{ .root.Values.nameOverride | default .root.Chart.Name | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
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
