# syntax=docker/dockerfile:1
# Compiled ahead of time for the target's platform, on the builder's: nothing is run in the second stage, so no emulation is needed.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
ARG VERSION=0.1.0
ARG COMMIT=
ARG TARGETARCH
WORKDIR /src
COPY . .
RUN dotnet publish Silo -c Release -a $TARGETARCH --no-self-contained -o /app -p:UseAppHost=false -p:DebugType=none -p:PublishDocumentationFiles=false -p:Version=$VERSION -p:SourceRevisionId=$COMMIT
RUN mkdir /data

# Chiseled: no shell, no package manager.
FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled
WORKDIR /app
COPY --from=build /app .
COPY --from=build --chown=1654:1654 /data /data

# Nothing is written but the embedded store, in /data: the root file system can be read-only. Diagnostics would write to /tmp.
ENV DOTNET_EnableDiagnostics=0 SIE__STORAGE__PATH=/data
VOLUME /data

# By number, so that Kubernetes can see that it is not root.
USER 1654:1654

# Metrics and health, and the port between silos.
EXPOSE 8090 11111
STOPSIGNAL SIGTERM
ENTRYPOINT ["dotnet", "/app/Silo.dll"]
