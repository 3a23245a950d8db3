Feature: Reads of what has not changed

  A client that has the current response already gets 304 without a body (RFC 9110, 13.1.2).

  Background:
    Given Root is an administrator
    And Root has made the role "helper"

  Scenario Outline: <path>
    When Root reads "<path>"
    Then it carries a version
    When Root reads "<path>" again unless it matches 'CURRENT'
    Then it is answered 304 with the version and without a body
    When Root reads "<path>" again unless it matches '"0", W/CURRENT'
    Then it is answered 304 with the version and without a body
    When Root reads "<path>" again unless it matches '*'
    Then it is answered 304 with the version and without a body
    When Root asks for the head of "<path>" unless it matches 'CURRENT'
    Then it is answered 304 with the version and without a body
    When Root reads "<path>" again unless it matches '"0"'
    Then it is answered whole
    When Root reads "<path>" again unless it matches 'CURRENT, unquoted'
    Then it is answered whole

    Examples:
      | path                             |
      | /api/v1/users/me                 |
      | /api/v1/admin/users/ROOT         |
      | /api/v1/admin/roles/helper       |
      | /api/v1/admin/config             |
      | /api/v1/admin/config/revisions/1 |
      | /.well-known/jwks.json           |
      | /openapi.json                    |

  Scenario: What has changed is sent
    When Root reads "/api/v1/users/me"
    And Root changes her description to "new"
    And Root reads "/api/v1/users/me" again unless it matches 'CURRENT'
    Then it is answered whole

  Scenario: A block that ends by itself
    Given Grace has an account
    And Grace's account is blocked for 2 minutes
    When Root reads "/api/v1/admin/users/GRACE"
    And 3 minutes pass
    And Root reads "/api/v1/admin/users/GRACE" again unless it matches 'CURRENT'
    Then it is answered whole

  Scenario: A refusal is no match
    When somebody without a token reads "/api/v1/users/me" unless it matches '*'
    Then the request is rejected with 401 unauthorized

  @remote
  Scenario: The public keys may be kept for a minute
    When somebody asks for the public keys
    Then the response header cache-control is "public, max-age=60"
    And it carries a version
