{{/* What holds for every container of this chart, and is no value: none may be weakened. */}}
{{- define "orleans-sie.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Nodes that Google may take away at any moment do not fit the counter of just that. */}}
{{- define "orleans-sie.spotNodes" -}}
{{- $terms := list -}}
{{- range .Values.spotNodeLabels -}}
{{- $terms = append $terms (dict "key" . "operator" "NotIn" "values" (list "true")) -}}
{{- end -}}
{{- if eq .Values.spotNodes "never" -}}
nodeAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    nodeSelectorTerms:
      - matchExpressions:
          {{- toYaml $terms | nindent 10 }}
{{- else if eq .Values.spotNodes "avoid" -}}
nodeAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      preference:
        matchExpressions:
          {{- toYaml $terms | nindent 10 }}
{{- end -}}
{{- end -}}

{{/* Where silos go: off spot nodes, each on its own node where there are enough. */}}
{{- define "orleans-sie.siloAffinity" -}}
{{- if .Values.affinity -}}
{{ toYaml .Values.affinity }}
{{- else -}}
{{ with include "orleans-sie.spotNodes" . }}{{ . }}
{{ end -}}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "orleans-sie.selector" (dict "root" . "component" "silo") | nindent 12 }}
{{- end -}}
{{- end -}}

{{/* What silos and the store share of a pod. */}}
{{- define "orleans-sie.scheduling" -}}
{{- with .Values.imagePullSecrets -}}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- end -}}

{{/* A volume claim: (dict "of" persistence). */}}
{{- define "orleans-sie.claim" -}}
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  {{- with .of.storageClassName }}
  storageClassName: {{ . | quote }}
  {{- end }}
  resources:
    requests:
      storage: {{ .of.size }}
{{- end -}}
