Feature: Request IDs

  @remote
  Scenario: A request without an ID
    When an anonymous client requests the health check
    Then the response has a new request ID

  @remote
  Scenario: The request ID of a client is returned
    When an anonymous client requests the health check with the request ID 'trace-42:a.b/c='
    Then the response has the request ID of the client

  @remote
  Scenario: The longest request ID
    When an anonymous client requests the health check with a request ID of 128 characters
    Then the response has the request ID of the client

  @remote
  Scenario: A request ID that is too long
    When an anonymous client requests the health check with a request ID of 129 characters
    Then the response has a new request ID

  @remote
  Scenario Outline: The invalid request ID <id> is replaced
    When an anonymous client requests the health check with the request ID '<id>'
    Then the response has a new request ID

    Examples:
      | id        |
      | two words |
      | {"a":1}   |
      | <b>       |
      | a,b       |
