{{/* The exporter's configuration file: the values' config, and what the chart decides. */}}
{{- define "orleans-sie.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- if not $config.project_name -}}
{{- $config = omit $config "project_name" -}}
{{- end -}}
{{- $storage := dict "provider" "redis" -}}
{{- if eq .Values.storage.provider "embedded" -}}
{{- $storage = merge (dict "provider" "embedded" "path" "/data") ($config.storage | default dict) -}}
{{- else if eq .Values.storage.provider "redis" -}}
{{- $redis := dict "connection_string_file" "/run/secrets/redis/connection-string" -}}
{{- with .Values.storage.connectionString -}}
{{- $redis = dict "connection_string" . -}}
{{- end -}}
{{- if .Values.storage.existingSecret.passwordKey -}}
{{- $_ := set $redis "password_file" "/run/secrets/redis/password" -}}
{{- end -}}
{{- if .Values.storage.existingSecret.caKey -}}
{{- $_ := set $redis "ca_file" "/run/secrets/redis/ca.crt" -}}
{{- end -}}
{{- $_ := set $storage "redis" $redis -}}
{{- end -}}
{{- $clustering := merge (dict "provider" .Values.clustering.provider) $config.clustering -}}
{{- if eq .Values.clustering.provider "kubernetes" -}}
{{- $_ := set $clustering "kubernetes" (dict "config_map" (include "orleans-sie.membershipName" .)) -}}
{{- end -}}
{{- $_ := set $config "storage" $storage -}}
{{- $_ := set $config "clustering" $clustering -}}
{{ toYaml $config }}
{{- end -}}
