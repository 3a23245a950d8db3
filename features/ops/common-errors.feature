Feature: Errors that all routes have in common

  These scenarios call all routes of the route table. Every route must return the errors that it declares.

  Background:
    Given the operator has set api.v2Enabled to true
    And Root is an administrator

  Scenario Outline: Every route rejects <request>
    When Root calls every route with <request>
    Then every route that declares <status> <code> responds with it

    Examples:
      | request                   | status | code                   |
      | a broken percent-encoding | 400    | bad_request            |
      | a truncated object        | 400    | malformed_json         |
      | plain JSON labeled gzip   | 400    | bad_encoding           |
      | 1 MB                      | 413    | payload_too_large      |
      | a form                    | 415    | unsupported_media_type |
      | an unknown member         | 422    | validation_failed      |

  Scenario: The limit per client applies to every route
    Given the operator has set rateLimit.global.points to 1
    When Root calls every route with a plain request
    Then every route that declares 429 rate_limited responds with it

  Scenario: Routes during startup, before the database is available
    Given an instance is waiting for its database
    When an anonymous client calls every route with a plain request on the waiting instance
    Then every route that declares 503 service_unavailable responds with it

  Scenario: Health, unknown paths and invalid requests during startup
    Given an instance is waiting for its database
    When an anonymous client sends GET /api/health to the waiting instance
    Then the service is healthy
    And the response has the security headers
    When an anonymous client sends GET /no/such/path to the waiting instance
    Then the request is rejected with 404 not_found
    And the response has the security headers
    When an anonymous client sends GET /api/health?%zz to the waiting instance
    Then the request is rejected with 400 bad_request

  Scenario: Health checks over HTTP/1.0 without a Host header during startup
    Given an instance is waiting for its database
    When a client sends the waiting instance a raw request with the path /api/health and no Host header in HTTP/1.0
    Then the client receives status 200 and the connection is closed
    When a client sends the waiting instance a raw request with the path /api/ready and no Host header in HTTP/1.0
    Then the client receives status 503 and the connection is closed
