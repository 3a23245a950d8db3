Feature: Tracing

  Each request becomes a span with the name of its route. Spans contain no request data.

  Background:
    Given a trace collector is running

  Scenario: Tracing is disabled by default
    When the operator configures the collector
    And an anonymous client requests a greeting for "Ada"
    Then the collector receives nothing

  Scenario: A request is a span
    When the operator enables tracing of all requests
    And an anonymous client requests a greeting for "Ada"
    Then the collector receives "GET /api/v1/greet" with the status 200
    And the spans do not contain "Ada"

  Scenario: The trace of the caller is continued
    When the operator enables tracing of all requests
    And an anonymous client requests a greeting in the trace "0af7651916cd43dd8448eb211c80319c"
    Then the collector receives "GET /api/v1/greet" in that trace

  Scenario: Log entries of a request contain its trace
    When the operator enables tracing of all requests
    And the operator sets logging.level to debug
    And an anonymous client requests a greeting in the trace "0af7651916cd43dd8448eb211c80319c"
    Then the log entry of the request has the IDs of that trace and of its span

  Scenario: Server errors are span errors, rejected requests are not
    When the operator enables tracing of all requests
    And an anonymous client sends GET /api/v1/users/me
    And an anonymous client sends GET /api/v1/nowhere/Ada
    And the operator sets maintenance.enabled to true
    And an anonymous client requests a greeting for "Ada"
    Then the request is rejected with 503 maintenance
    And the collector receives "GET /api/v1/users/me" with the status 401
    And the collector receives "GET" with the status 404
    And the collector receives "GET /api/v1/greet" with the error status 503
    And the spans do not contain "Ada"

  Scenario: Child spans of a login
    Given the service was started with at most 3 database connections
    And Ada has an account
    When the operator enables tracing of all requests
    And Ada logs in from 198.51.100.7
    Then the collector receives "password.verify" as a child of "POST /api/v1/auth/login"
    And the collector receives "INSERT" as a child of "POST /api/v1/auth/login"
    And the spans do not contain Ada's password, tokens, name or ID
    And the spans do not contain "198.51.100.7"

  Scenario: An unresponsive collector does not delay requests
    When the operator enables tracing of all requests
    And the collector stops responding
    And an anonymous client requests a greeting 20 times
    Then no request waits for the collector

  Scenario: Spans that cannot be exported are counted
    When the operator enables tracing of all requests
    And the collector is stopped
    And an anonymous client requests a greeting for "Ada"
    Then the greeting is "Hello Ada!"
    And the metric 'rollcall_telemetry_spans_total{outcome="failed"}' is soon at least 1
    When the collector is started again
    And an anonymous client requests a greeting for "Ada"
    Then the collector receives "GET /api/v1/greet" with the status 200
