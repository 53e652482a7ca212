{{/* Every write is on disk before it is acknowledged, and none is ever dropped to make room. */}}
{{- define "orleans-sie.storeConfig" -}}
include /run/valkey/password.conf
port 6379
dir /data
appendonly yes
appendfsync always
save ""
maxmemory {{ .Values.storage.bundled.maxMemory }}
maxmemory-policy noeviction
{{- end -}}
