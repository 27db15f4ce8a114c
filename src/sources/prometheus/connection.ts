/** Contents of files, not their paths. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly insecureSkipVerify?: boolean;
}

/** Where a Prometheus-compatible server is and how to get in. */
export interface PrometheusConnection {
  /** May carry a path prefix, and a user and password, which become basic auth and are never shown. */
  readonly url: string;
  /** Longest time for one answer, default 30 s. */
  readonly timeoutMs?: number | undefined;
  readonly bearerToken?: string | undefined;
  readonly basicAuth?: { readonly username: string; readonly password: string } | undefined;
  /** Sent with every request, such as `X-Scope-OrgID`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly tls?: TlsOptions | undefined;
}
