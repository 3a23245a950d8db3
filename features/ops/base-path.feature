Feature: Base path behind a proxy

  A proxy that serves the service under a base path may remove that path from requests or leave it there.

  @proves:server.basePath
  Scenario: Configuring a base path
    When an anonymous client sends POST /api/v1/auth/login
    Then the response has instance "/api/v1/auth/login"
    When an anonymous client sends GET /accounts/api/health
    Then the request is rejected with 404 not_found
    When the operator sets server.basePath to /accounts
    And an anonymous client sends GET /accounts/api/health
    Then the service is healthy
    When an anonymous client sends GET /api/health
    Then the service is healthy
    When an anonymous client sends POST /accounts/api/v1/auth/login
    Then the response has instance "/accounts/api/v1/auth/login"

  Scenario Outline: Only whole segments are removed from <path>
    Given the operator has set server.basePath to /accounts
    When an anonymous client sends GET <path>
    Then the response is 404 Not Found
    And the response has code "not_found"
    And the response has instance "<instance>"

    Examples:
      | path                          | instance                       |
      | /accountsapi/health           | /accounts/accountsapi/health   |
      | /accounts-2/api/health        | /accounts/accounts-2/api/health |
      | /accounts/accounts/api/health | /accounts/accounts/api/health  |
      | /ACCOUNTS/api/health          | /accounts/ACCOUNTS/api/health  |
      | /accounts                     | /accounts/                     |
      | /accounts?x=1                 | /accounts/                     |

  Scenario: The Location of a new account contains the base path
    Given the operator has set server.basePath to /accounts
    When an anonymous client registers as "ada"
    Then the response is 201 Created
    And the response header Location is "/accounts/api/v1/users/me"

  Scenario: The API document contains the base path
    Given the operator has set server.basePath to /accounts
    When an anonymous client requests the API document
    Then the API document names the server "/accounts"

  Scenario: Authorization server metadata contains the public URL and the base path
    Given the operator has set:
      | server.basePath  | /accounts                   |
      | server.publicUrl | https://one.example.org     |
    When an anonymous client sends GET /.well-known/oauth-authorization-server
    Then the response has jwks_uri "https://one.example.org/accounts/.well-known/jwks.json"

  Scenario Outline: The base path <value> is invalid
    When the operator writes an invalid local.yaml:
      """
      server: {basePath: "<value>"}
      """
    And an anonymous client requests the health check
    Then the service is healthy

    Examples:
      | value       |
      | accounts    |
      | /accounts/  |
      | /           |
      | /api        |
      | /docs/x     |
      | /console    |
      | /a/../b     |
      | /a b        |
      | //a         |
