Feature: Traces

  While tracing is on, a collector is told of each request: by the route, never by what was sent.

  Background:
    Given a collector of traces is there

  Scenario: Nothing is sent to begin with
    Given the operator names the collector
    When an anonymous client requests a greeting for "Ada"
    Then the collector is told of nothing

  Scenario: A request is a span
    Given the operator traces all requests
    When an anonymous client requests a greeting for "Ada"
    Then the collector is told of "GET /api/v1/greet" with the status 200
    And it is told nothing of "Ada"

  Scenario: The trace of the caller goes on
    Given the operator traces all requests
    When somebody asks for a greeting within the trace "0af7651916cd43dd8448eb211c80319c"
    Then the collector is told of "GET /api/v1/greet" within that trace

  Scenario: The log lines of a request name its trace
    Given the operator traces all requests
    And the operator has set logging.level to debug
    When somebody asks for a greeting within the trace "0af7651916cd43dd8448eb211c80319c"
    Then the log line of that request names that trace, and the span that the collector is told of

  Scenario: A failure of the service is an error, a refusal is none
    Given the operator traces all requests
    When somebody asks for the path "/api/v1/users/me"
    And somebody asks for the path "/api/v1/nowhere/Ada"
    And the operator sets maintenance.enabled to true
    And an anonymous client requests a greeting for "Ada"
    Then the request is rejected with 503 maintenance
    And the collector is told of "GET /api/v1/users/me" with the status 401
    And the collector is told of "GET" with the status 404
    And the collector is told of "GET /api/v1/greet" as an error, with the status 503
    And it is told nothing of "Ada"

  Scenario: What a login waits for
    Given the service runs on a pool of its own
    And the operator traces all requests
    And Ada has an account
    When Ada logs in from 198.51.100.7
    Then within "POST /api/v1/auth/login" the collector is told of "password.verify"
    And within "POST /api/v1/auth/login" the collector is told of "INSERT"
    And it is told no password, no token, no name and no address of Ada

  Scenario: A collector that is silent makes nobody wait
    Given the operator traces all requests
    When the collector falls silent
    And somebody asks for greetings 20 times
    Then nobody has waited for the collector

  Scenario: A collector that has gone costs its spans, and they are counted
    Given the operator traces all requests
    When the collector goes away
    And an anonymous client requests a greeting for "Ada"
    Then the greeting is "Hello Ada!"
    And a span is counted as failed
    When the collector comes back
    And an anonymous client requests a greeting for "Ada"
    Then the collector is told of "GET /api/v1/greet" with the status 200
