Feature: What stands in the log

  Scenario: The most talkative log holds no secret
    Given the operator has set logging.level to trace
    And Ada is logged in
    When Ada refreshes
    And Ada logs in with a wrong password
    And Ada introspects Ada's access token
    And Ada registers
    Then the request is rejected with 409 username_taken
    And no password and no token stands in the log

  Scenario: A refusal is told at info, with its request id
    When an anonymous client requests the current user
    Then the request is rejected with 401 unauthorized
    And the log line of the refusal carries that id

  Scenario: A success is not told at info
    When somebody asks whether the service is healthy
    Then no log line tells of that request

  Scenario: A failure is told with its cause, to the operator alone
    Given the service runs on a pool of its own
    When the database is out of reach
    And Ada registers
    Then the request is rejected with 503 service_unavailable
    And the response contains no internal details
    And the log tells why that request failed

  Scenario: A refusal names its code, and the user who asked
    Given Ada is logged in
    When Ada reads the audit trail with "limit=1"
    Then the request is rejected with 403 forbidden
    And the log line of that request has code "forbidden"
    And the log line of that request names Ada as the user

  Scenario: The trace of the caller is named while tracing is off
    Given the operator has set logging.level to debug
    When somebody asks for a greeting within the trace "0af7651916cd43dd8448eb211c80319c"
    Then the log line of that request has trace_id "0af7651916cd43dd8448eb211c80319c"
