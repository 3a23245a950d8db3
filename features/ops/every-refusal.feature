Feature: What any route may refuse

  Some refusals belong to no route but to all of them. These scenarios walk through the route table and hold every route to
  the refusals that its contract declares.

  Background:
    Given the operator has set api.v2Enabled to true
    And Root is an administrator

  Scenario Outline: Every route refuses <what>
    When Root asks every route with <what>
    Then those refuse with <status> <code> that may

    Examples:
      | what                      | status | code                   |
      | a broken percent-encoding | 400    | bad_request            |
      | a truncated object        | 400    | malformed_json         |
      | plain JSON labeled gzip   | 400    | bad_encoding           |
      | 1 MB                      | 413    | payload_too_large      |
      | a form                    | 415    | unsupported_media_type |
      | something unheard of      | 422    | validation_failed      |

  Scenario: Every route comes under the limit of an address
    Given the operator has set rateLimit.global.points to 1
    When Root asks every route with nothing special
    Then those refuse with 429 rate_limited that may

  Scenario: No route works before the database has answered
    Given an instance waits for its database
    When somebody asks every route of that instance
    Then those refuse with 503 service_unavailable that may

  Scenario: An instance that waits for its database is no way around the rules
    Given an instance waits for its database
    When somebody asks that instance whether it is healthy
    Then it is healthy
    And the response has the security headers
    When somebody asks that instance for "/no/such/path"
    Then the request is rejected with 404 not_found
    And the response has the security headers
    When somebody asks that instance for "/api/health?%zz"
    Then the request is rejected with 400 bad_request

  Scenario: A load balancer asks an instance that waits for its database, by HTTP/1.0 without Host
    Given an instance waits for its database
    When a load balancer asks that instance for "/api/health" without a Host
    Then the client is answered 200 and the connection ends
    When a load balancer asks that instance for "/api/ready" without a Host
    Then the client is answered 503 and the connection ends
