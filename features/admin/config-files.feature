Feature: Configuration files

  Background:
    Given Root is an administrator

  Scenario: Files without secrets
    When the operator writes local.yaml:
      """
      password: {previousPeppers: [an old secret of this service]}
      """
    And Root sends GET /api/v1/admin/config/files
    Then the listed files are "default.yaml, test.yaml, local.yaml"
    And the file local.yaml is shown as "password: {previousPeppers: ********}"

  Scenario: Errors of a file
    When the operator writes an invalid local.yaml:
      """
      rateLimit: {login: {points: lots}}
      """
    And Root sends GET /api/v1/admin/config/files
    Then the file local.yaml has an error of rateLimit.login.points in line 1
