Feature: Logs

  Scenario: The log contains no secrets at the level trace
    Given the operator has set logging.level to trace
    And Ada is logged in
    When Ada refreshes
    And Ada logs in with a wrong password
    And Ada introspects Ada's access token
    And Ada registers
    Then the request is rejected with 409 username_taken
    And the log does not contain a password or a token

  Scenario: A rejected request is logged at info with its request ID
    When an anonymous client requests the current user
    Then the request is rejected with 401 unauthorized
    And the log entry of the request has event "http.request"
    And the log entry of the request has status 401
    And the log entry of the request has code "unauthorized"

  Scenario: A successful request is not logged at info
    When an anonymous client requests the health check
    Then the request is not logged

  Scenario: The cause of a failure is logged, and not part of the response
    Given the service was started with at most 3 database connections
    When the database becomes unavailable
    And Ada registers
    Then the request is rejected with 503 service_unavailable
    And the response contains no internal details
    And the cause of the failed request is logged

  Scenario: The log entry of a rejected request has its code and user
    Given Ada is logged in
    When Ada requests the audit log with "limit=1"
    Then the request is rejected with 403 forbidden
    And the log entry of the request has code "forbidden"
    And the log entry of the request has user_id "<Ada>"

  Scenario: Log entries contain the trace of the caller without tracing
    Given the operator has set logging.level to debug
    When an anonymous client requests a greeting in the trace "0af7651916cd43dd8448eb211c80319c"
    Then the log entry of the request has trace_id "0af7651916cd43dd8448eb211c80319c"
