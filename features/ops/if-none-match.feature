Feature: Conditional reads with If-None-Match

  A client that already has the current version gets 304 without a body (RFC 9110, section 13.1.2).

  Background:
    Given Root is an administrator
    And Root has created the role "helper"

  Scenario Outline: <path>
    When Root requests "<path>"
    Then the response has an ETag
    When Root sends a conditional GET request for "<path>" with If-None-Match 'CURRENT'
    Then the response is 304 Not Modified
    And the ETag is unchanged
    When Root sends a conditional GET request for "<path>" with If-None-Match '"0", W/CURRENT'
    Then the response is 304 Not Modified
    And the ETag is unchanged
    When Root sends a conditional GET request for "<path>" with If-None-Match '*'
    Then the response is 304 Not Modified
    And the ETag is unchanged
    When Root sends a conditional HEAD request for "<path>" with If-None-Match 'CURRENT'
    Then the response is 304 Not Modified
    And the ETag is unchanged
    When Root sends a conditional GET request for "<path>" with If-None-Match '"0"'
    Then the response is 200 OK
    When Root sends a conditional GET request for "<path>" with If-None-Match 'CURRENT, unquoted'
    Then the response is 200 OK

    Examples:
      | path                             |
      | /api/v1/users/me                 |
      | /api/v1/admin/users/ROOT         |
      | /api/v1/admin/roles/helper       |
      | /api/v1/admin/config             |
      | /api/v1/admin/config/revisions/1 |
      | /.well-known/jwks.json           |
      | /openapi.json                    |

  Scenario: A changed resource
    When Root requests "/api/v1/users/me"
    And Root changes her description to "new"
    And Root sends a conditional GET request for "/api/v1/users/me" with If-None-Match 'CURRENT'
    Then the response is 200 OK

  Scenario: Accounts do not share a version
    Given Ada is logged in
    And Grace is logged in
    When Ada requests "/api/v1/users/me"
    And Grace sends a conditional GET request for "/api/v1/users/me" with If-None-Match 'CURRENT'
    Then the response is 200 OK

  Scenario: The end of a block changes the version
    Given Grace has an account
    And Grace's account is blocked for 2 minutes
    When Root requests "/api/v1/admin/users/GRACE"
    And 3 minutes pass
    And Root sends a conditional GET request for "/api/v1/admin/users/GRACE" with If-None-Match 'CURRENT'
    Then the response is 200 OK

  Scenario: An error response ignores the condition
    When an anonymous client sends a conditional GET request for "/api/v1/users/me" with If-None-Match '*'
    Then the request is rejected with 401 unauthorized

  @remote
  Scenario: The public keys can be cached for a minute
    When an anonymous client requests the public keys
    Then the response header cache-control is "public, max-age=60"
    And the response has an ETag
