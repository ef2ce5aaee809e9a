{{/* handover finds the objects of a service by handover/service, and those of a version by handover/version. */}}
{{- define "shop.labels" -}}
app: {{ .Values.name }}
handover/service: {{ .Values.name }}
{{- end }}

{{/* Its pods carry `app` and `version`, too: selectors and subsets choose by them. */}}
{{- define "shop.versionLabels" -}}
{{ include "shop.labels" .root }}
handover/version: {{ .version | quote }}
version: {{ .version | quote }}
{{- end }}

{{/* In names of objects and subsets the version 1.5.0 is 1-5-0. */}}
{{- define "shop.subset" -}}
{{ regexReplaceAll "[^a-z0-9]" (lower .) "-" }}
{{- end }}

{{- define "shop.host" -}}
{{ .Values.name }}.{{ .Values.namespace }}.svc.cluster.local
{{- end }}
