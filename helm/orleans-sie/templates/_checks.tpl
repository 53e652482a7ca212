{{/* Combinations that cannot work end the render with a sentence that says what to set. */}}
{{- define "orleans-sie.check" -}}
{{- $replicas := int .Values.replicas -}}
{{- $storage := .Values.storage -}}
{{- $clustering := .Values.clustering.provider -}}
{{- if and (not .Values.config.project_name) (not .Values.config.projects) -}}
{{- fail "No project is given: set config.project_name to the id of the Google Cloud project whose nodes are watched, as in --set config.project_name=example-project." -}}
{{- end -}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" (include "orleans-sie.fullname" .)) -}}
{{- fail (printf "Objects of this release would be named %s, which is no name for a Service: name the release with small letters, digits and -, a letter first, or set fullnameOverride." (include "orleans-sie.fullname" .)) -}}
{{- end -}}
{{- $times := dict "pubsub.message_retention" (list "10m" "31d") "inventory.interval" (list "10s" "1d") "attribution.timeout" (list "1m" "14d") "instances.retention" (list "14d" "3650d") "clusters.retention" (list "14d" "3650d") -}}
{{- range $key, $range := $times -}}
{{- $steps := splitList "." $key -}}
{{- with dig (first $steps) (last $steps) "" $.Values.config | replace "never" "" -}}
{{- $given := include "orleans-sie.seconds" . | float64 -}}
{{- if or (lt $given (include "orleans-sie.seconds" (first $range) | float64)) (gt $given (include "orleans-sie.seconds" (last $range) | float64)) -}}
{{- fail (printf "config.%s is %s, which the replicas refuse: give a time from %s to %s." $key . (first $range) (last $range)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $messages := dig "pubsub" "message_retention" "7d" .Values.config -}}
{{- $records := dig "instances" "retention" "45d" .Values.config -}}
{{- if lt (include "orleans-sie.seconds" $records | float64) (addf (include "orleans-sie.seconds" $messages | float64) 1209600.0) -}}
{{- fail (printf "config.instances.retention is %s, too short beside config.pubsub.message_retention, which is %s: give at least 14 days more." $records $messages) -}}
{{- end -}}
{{- with dig "clusters" "retention" "" .Values.config | replace "never" "" -}}
{{- if lt (include "orleans-sie.seconds" . | float64) (include "orleans-sie.seconds" $records | float64) -}}
{{- fail (printf "config.clusters.retention is %s, shorter than config.instances.retention, which is %s: give at least %s, or never." . $records $records) -}}
{{- end -}}
{{- end -}}
{{- $label := dig "prometheus" "cluster_label" "" .Values.config -}}
{{- if or (has $label (list "le" "quantile")) (hasPrefix "__" $label) -}}
{{- fail (printf "config.prometheus.cluster_label is %s, which is Prometheus' own: choose another label." $label) -}}
{{- end -}}
{{- if has $label (list "window" "project_id" "location" "node_pool" "zone" "machine_type" "provisioning_model" "reason") -}}
{{- fail (printf "config.prometheus.cluster_label is %s, which is another label of the metrics: choose another name." $label) -}}
{{- end -}}
{{- if and (eq $storage.provider "embedded") (gt $replicas 1) -}}
{{- fail (printf "storage.provider is embedded, which keeps counts in a file of one replica, but replicas is %d: set replicas to 1, or storage.provider to bundled or redis." $replicas) -}}
{{- end -}}
{{- if and (eq $clustering "localhost") (gt $replicas 1) -}}
{{- fail (printf "clustering.provider is localhost, with which replicas do not know of each other, but replicas is %d: set replicas to 1, or clustering.provider to kubernetes." $replicas) -}}
{{- end -}}
{{- if and (eq $storage.provider "embedded") (ne $clustering "localhost") -}}
{{- fail (printf "storage.provider is embedded, which several replicas cannot share, but clustering.provider is %s: set clustering.provider to localhost, or storage.provider to bundled or redis." $clustering) -}}
{{- end -}}
{{- $secret := $storage.existingSecret -}}
{{- if and (eq $storage.provider "redis") (not $secret.name) (not $storage.connectionString) -}}
{{- fail "storage.provider is redis, but no server is given: set storage.existingSecret.name to a secret that holds its connection string, or storage.provider to bundled." -}}
{{- end -}}
{{- if and (ne $storage.provider "redis") $storage.connectionString -}}
{{- fail (printf "storage.connectionString is set, but storage.provider is %s and would not use it: set storage.provider to redis, or leave storage.connectionString empty." $storage.provider) -}}
{{- end -}}
{{- if regexMatch "(?i)(^|,) *password *=" $storage.connectionString -}}
{{- fail "storage.connectionString holds a password, which anyone who may read the release's ConfigMap would read: put it in a secret, and name that and its key in storage.existingSecret.name and storage.existingSecret.passwordKey." -}}
{{- end -}}
{{- if and (or $secret.passwordKey $secret.caKey) (not $secret.name) -}}
{{- fail "storage.existingSecret.passwordKey or storage.existingSecret.caKey is set, but storage.existingSecret.name is not: set it to the secret that has this key." -}}
{{- end -}}
{{- if and $storage.connectionString $secret.name (not $secret.passwordKey) (not $secret.caKey) -}}
{{- fail "storage.connectionString is set, so nothing of the secret in storage.existingSecret.name would be used: set storage.existingSecret.passwordKey, or leave one of the two empty." -}}
{{- end -}}
{{- if and (ne $storage.provider "redis") $storage.existingSecret.name -}}
{{- fail (printf "storage.existingSecret.name is set, but storage.provider is %s and would not use it: set storage.provider to redis, or leave storage.existingSecret.name empty." $storage.provider) -}}
{{- end -}}
{{- if and (not .Values.serviceAccount.create) .Values.serviceAccount.googleServiceAccount -}}
{{- fail "serviceAccount.create is false, so the chart cannot annotate the service account with serviceAccount.googleServiceAccount: annotate it yourself (iam.gke.io/gcp-service-account) and leave that value empty, or set serviceAccount.create to true." -}}
{{- end -}}
{{- if and (ne $storage.provider "embedded") (dig "storage" "memory" "" .Values.config) -}}
{{- fail (printf "config.storage.memory is of the embedded store, but storage.provider is %s and would not use it: leave it out, or set storage.provider to embedded." $storage.provider) -}}
{{- end -}}
{{- if and .Values.networkPolicy.egress.enabled (not .Values.networkPolicy.enabled) -}}
{{- fail "networkPolicy.egress.enabled is true, but networkPolicy.enabled is false, so nothing would be closed: set networkPolicy.enabled to true." -}}
{{- end -}}
{{- if and .Values.networkPolicy.egress.extra (not .Values.networkPolicy.egress.enabled) -}}
{{- fail "networkPolicy.egress.extra has rules, but networkPolicy.egress.enabled is false, so everything is open: set networkPolicy.egress.enabled to true, or leave the rules out." -}}
{{- end -}}
{{- if gt (include "orleans-sie.seconds" .Values.monitoring.scrapeTimeout | float64) (include "orleans-sie.seconds" .Values.monitoring.interval | float64) -}}
{{- fail (printf "monitoring.scrapeTimeout is %s, longer than monitoring.interval, %s, which the Prometheus operator refuses: set it no longer than the interval." .Values.monitoring.scrapeTimeout .Values.monitoring.interval) -}}
{{- end -}}
{{- if and (eq .Values.monitoring.scrape "gmp") .Values.monitoring.singleTarget -}}
{{- fail "monitoring.singleTarget is of the Prometheus operator, but monitoring.scrape is gmp: set monitoring.singleTarget to false." -}}
{{- end -}}
{{- if and (eq .Values.monitoring.scrape "gmp") .Values.monitoring.relabelings -}}
{{- fail "monitoring.relabelings has rules, which Google's PodMonitoring cannot take: leave them out, or use monitoring.metricRelabelings." -}}
{{- end -}}
{{- $evicted := .Values.podDisruptionBudget.maxUnavailable -}}
{{- if kindIs "string" $evicted -}}
{{- /* Kubernetes rounds a percentage up. */ -}}
{{- $evicted = ceil (divf (mulf (float64 $replicas) (trimSuffix "%" $evicted | float64)) 100.0) -}}
{{- end -}}
{{- if and .Values.podDisruptionBudget.enabled (gt $replicas 1) (ge (int $evicted) $replicas) -}}
{{- fail (printf "podDisruptionBudget.maxUnavailable is %v, which lets all %d replicas be evicted at once: set it below replicas." .Values.podDisruptionBudget.maxUnavailable $replicas) -}}
{{- end -}}
{{- if eq (int .Values.config.prometheus.port) (int .Values.config.clustering.silo_port) -}}
{{- fail (printf "config.prometheus.port and config.clustering.silo_port are both %d: give each its own port." (int .Values.config.prometheus.port)) -}}
{{- end -}}
{{- if and .Values.networkPolicy.enabled .Values.networkPolicy.egress.enabled (eq $storage.provider "redis") (not .Values.networkPolicy.egress.extra) -}}
{{- fail "networkPolicy.egress.enabled closes the way to your Redis: set networkPolicy.egress.extra to a rule that allows it." -}}
{{- end -}}
{{- if and .Values.monitoring.rules.enabled (eq .Values.monitoring.scrape "none") (not .Values.monitoring.rules.selector) -}}
{{- fail "monitoring.rules.enabled is true, but nothing of this release scrapes the replicas: set monitoring.scrape to podMonitor, serviceMonitor or gmp, or monitoring.rules.selector to the matchers of your own scrape job." -}}
{{- end -}}
{{- if and .Values.monitoring.rules.enabled (regexMatch "(^|,)\\s*reason\\s*(,|$)" (dig "metrics" "drop_labels" "" .Values.config)) -}}
{{- fail "monitoring.rules.enabled is true, but config.metrics.drop_labels has reason, by which the rules find preemptions: leave it in, or set monitoring.rules.enabled to false." -}}
{{- end -}}
{{- end -}}
