Feature: Rejected configuration changes

  Scenario: All errors are reported at once
    When the operator writes an invalid local.yaml:
      """
      api: {v2Enabled: maybe}
      password: {minLength: 3}
      rateLimit: {login: {points: many}}
      nowhere: {at: all}
      """
    Then the reload fails with these errors:
      | api.v2Enabled          | wrong_type   |
      | nowhere                | unknown_key  |
      | password.minLength     | out_of_range |
      | rateLimit.login.points | wrong_type   |

  Scenario: A misspelled key
    When the operator writes an invalid local.yaml:
      """
      rateLimit: {login: {point: 5}}
      """
    Then the reload error suggests "rateLimit.login.points"

  Scenario: The valid part of a rejected file is not applied
    When the operator writes an invalid local.yaml:
      """
      api: {v2Enabled: true}
      password: {minLength: 3}
      """
    And an anonymous client requests a v2 greeting for "Ada"
    Then the request is rejected with 404 api_version_disabled

  Scenario: Correcting the file
    When the operator writes local.yaml with an incomplete mapping
    And the operator sets api.v2Enabled to true
    Then there is no reload error
    And revision 2 is active
    When an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"

  Scenario: Reverting the change
    Given the operator has set api.v2Enabled to true
    When the operator writes local.yaml with an incomplete mapping
    And the operator writes local.yaml and reloads:
      """
      api: {v2Enabled: true}
      """
    Then there is no reload error
    And revision 2 is active

  Scenario: A rejected file is logged
    When the operator writes local.yaml with a limit of zero
    Then the invalid configuration is logged with the key rateLimit.login.points

  Scenario: A secret in a rejected file is not reported
    When the operator writes an invalid local.yaml:
      """
      auth: {keys: {encryptionKey: my-secret-is-not-hexadecimal}}
      """
    Then the reload fails with wrong_type for auth.keys.encryptionKey in local.yaml
    And the configuration status and the log do not contain "my-secret-is-not"

  Scenario: Users can log in while the files are invalid
    Given Ada has an account
    When the operator writes local.yaml with PNG bytes
    Then Ada can log in
    And no request fails with a server error
