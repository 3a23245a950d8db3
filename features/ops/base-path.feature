Feature: The service under a path of a proxy

  A proxy that serves the service under a path may remove the path from requests or leave it there.

  @proves:server.basePath
  Scenario: The operator moves the service under a path
    When somebody sends POST to /api/v1/auth/login
    Then the instance of the problem is "/api/v1/auth/login"
    When somebody asks for the path "/accounts/api/health"
    Then the request is rejected with 404 not_found
    When the operator sets server.basePath to /accounts
    And somebody asks for the path "/accounts/api/health"
    Then it is healthy
    When somebody asks for the path "/api/health"
    Then it is healthy
    When somebody sends POST to /accounts/api/v1/auth/login
    Then the instance of the problem is "/accounts/api/v1/auth/login"

  Scenario Outline: Only whole segments are removed from <path>
    Given the operator has set server.basePath to /accounts
    When somebody asks for the path "<path>"
    Then nothing is found
    And the instance of the problem is "<instance>"

    Examples:
      | path                          | instance                       |
      | /accountsapi/health           | /accounts/accountsapi/health   |
      | /accounts-2/api/health        | /accounts/accounts-2/api/health |
      | /accounts/accounts/api/health | /accounts/accounts/api/health  |
      | /ACCOUNTS/api/health          | /accounts/ACCOUNTS/api/health  |
      | /accounts                     | /accounts/                     |
      | /accounts?x=1                 | /accounts/                     |

  Scenario: The location of a new account has the path
    Given the operator has set server.basePath to /accounts
    When an anonymous client registers as "ada"
    Then the location is "/accounts/api/v1/users/me"

  Scenario: The API document names the path
    Given the operator has set server.basePath to /accounts
    When somebody asks for the contract
    Then its server is "/accounts"

  Scenario: Metadata for verifiers of tokens has the public URL with the path
    Given the operator has set in one go:
      | server.basePath  | /accounts                   |
      | server.publicUrl | https://one.example.org     |
    When an anonymous client sends GET /.well-known/oauth-authorization-server
    Then the response has jwks_uri "https://one.example.org/accounts/.well-known/jwks.json"

  Scenario Outline: <value> cannot be a base path
    When the operator writes the settings, which are refused:
      """
      server: {basePath: "<value>"}
      """
    And somebody asks whether the service is healthy
    Then it is healthy

    Examples:
      | value       |
      | accounts    |
      | /accounts/  |
      | /           |
      | /api        |
      | /docs/x     |
      | /a/../b     |
      | /a b        |
      | //a         |
