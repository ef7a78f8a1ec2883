{{- define "vectice.name" -}}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{- end }}

{{- define "vectice.selector" -}}
app.kubernetes.io/name: vectice-admin
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "vectice.labels" -}}
{{ include "vectice.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* What every pod of the product has: no root, nothing to write to but /tmp, no way to the cluster's API. */}}
{{- define "vectice.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: tmp
    emptyDir: {medium: Memory, sizeLimit: 128Mi}
  - name: secrets
    secret:
      secretName: {{ required "existingSecret names the Secret with SECRET_KEY and DATABASE_URL" .Values.existingSecret }}
      defaultMode: 0440
  {{- with .Values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "vectice.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
env:
  {{- range $name := list "PUBLIC_URL" "ALLOWED_HOSTS" "TRUSTED_PROXIES" }}
  {{- $_ := required (printf "settings.%s is needed" $name) (get $.Values.settings $name) }}
  {{- end }}
  {{- range $name, $value := .Values.settings }}
  - name: {{ $name }}
    value: {{ $value | quote }}
  {{- end }}
  {{- range .Values.secretKeys }}
  - name: {{ . }}_FILE
    value: /run/secrets/vectice/{{ . }}
  {{- end }}
volumeMounts:
  - {name: tmp, mountPath: /tmp}
  - {name: secrets, mountPath: /run/secrets/vectice, readOnly: true}
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* Replicas on different nodes where there are some; one at a time is replaced, and none before the new one answers. */}}
{{- define "vectice.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "vectice.selector" .root | nindent 8 }}
        app.kubernetes.io/component: {{ .component }}
{{- end }}
